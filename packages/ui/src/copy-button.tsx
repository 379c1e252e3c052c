import { Check, Copy } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { Button, IconButton } from './button.tsx';

/** Clipboards exist only in secure contexts; a hub reached by plain HTTP needs the old way. */
async function copyText(text: string): Promise<void> {
  if (window.isSecureContext) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

type CopyButtonProps = { text: string; label?: string; children?: ReactNode; className?: string };

/** Copies `text`. With children it is a button with words, else an icon named `label`. */
export function CopyButton({ text, label = 'Copy', children, className }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 1600);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = (): void => {
    copyText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  const icon = copied ? <Check aria-hidden className="size-3.5 text-run" /> : <Copy aria-hidden className="size-3.5" />;
  const look = className === undefined ? {} : { className };
  if (children !== undefined) {
    return (
      <Button size="sm" onClick={copy} {...look}>
        {icon}
        <span aria-live="polite">{copied ? 'Copied' : children}</span>
      </Button>
    );
  }
  return (
    <IconButton label={copied ? 'Copied' : label} onClick={copy} {...look}>
      {icon}
    </IconButton>
  );
}
