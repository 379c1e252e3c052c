import { Command } from 'cmdk';
import type { ReactNode } from 'react';

type CommandPaletteProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  placeholder: string;
  search: string;
  onSearch: (search: string) => void;
  children: ReactNode;
};

const GROUP =
  '[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-muted';

/** Everything by name: type, arrows, enter. */
export const CommandPalette = ({
  open,
  onOpenChange,
  placeholder,
  search,
  onSearch,
  children,
}: CommandPaletteProps) => (
  <Command.Dialog
    open={open}
    onOpenChange={onOpenChange}
    label="Search and commands"
    loop
    overlayClassName="fixed inset-0 z-40 animate-fade bg-[oklch(0.12_0.01_220/0.5)]"
    contentClassName="fixed top-[10vh] left-1/2 z-50 w-[calc(100vw-24px)] max-w-xl -translate-x-1/2 overflow-hidden rounded-lg border bg-panel shadow-float"
  >
    <Command.Input
      placeholder={placeholder}
      value={search}
      onValueChange={onSearch}
      className="h-11 w-full border-b bg-transparent px-4 text-base outline-none placeholder:text-faint"
    />
    <Command.List className="max-h-[56vh] overflow-y-auto p-1.5">
      <Command.Empty className="px-3 py-8 text-center text-muted">Nothing by that name.</Command.Empty>
      {children}
    </Command.List>
  </Command.Dialog>
);

export const CommandGroup = ({ heading, children }: { heading: string; children: ReactNode }) => (
  <Command.Group heading={heading} className={GROUP}>
    {children}
  </Command.Group>
);

type CommandItemProps = {
  /** Unique; what is searched, with the keywords. */
  value: string;
  keywords?: string[];
  icon?: ReactNode;
  note?: ReactNode;
  onSelect: () => void;
  children: ReactNode;
};

export const CommandItem = ({ value, keywords, icon, note, onSelect, children }: CommandItemProps) => (
  <Command.Item
    value={value}
    {...(keywords === undefined ? {} : { keywords })}
    onSelect={onSelect}
    className="flex min-h-8 cursor-pointer items-center gap-2.5 rounded-md px-2 data-[selected=true]:bg-hover touch:min-h-11"
  >
    <span className="flex size-4 shrink-0 items-center justify-center text-muted">{icon}</span>
    <span className="min-w-0 flex-1 truncate">{children}</span>
    <span className="shrink-0 text-xs text-muted">{note}</span>
  </Command.Item>
);
