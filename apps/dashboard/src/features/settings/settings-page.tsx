'use client';
import { FactList, PageHeader, Panel, Segmented, toast } from '@vitrine/ui';
import { useTheme } from 'next-themes';
import { useCrumbs } from '../frame/crumbs.tsx';
import { useInBrowser } from '../frame/use-in-browser.ts';
import { ChangePasswordForm } from '../session/change-password-form.tsx';
import { useRoleLack, useUser } from '../session/session.tsx';
import { ApiTokens } from './api-tokens.tsx';
import { JoinTokens } from './join-tokens.tsx';

const THEMES = [
  { value: 'system', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const;

function Theme() {
  const { theme, setTheme } = useTheme();
  const inBrowser = useInBrowser();
  const chosen = THEMES.find(({ value }) => inBrowser && value === theme)?.value ?? 'system';
  return <Segmented label="Theme" value={chosen} onChange={setTheme} options={THEMES} />;
}

export function SettingsPage() {
  useCrumbs([{ label: 'Settings' }]);
  const user = useUser();
  const notAdmin = useRoleLack('admin');
  return (
    <div className="max-w-3xl space-y-4">
      <PageHeader title="Settings" />
      <div className="grid gap-4 md:grid-cols-2">
        <Panel title="Account">
          <FactList
            facts={[
              { term: 'Name', value: user.name },
              { term: 'E-mail', value: user.email },
              { term: 'Role', value: user.role },
            ]}
          />
        </Panel>
        <Panel title="Appearance">
          <Theme />
        </Panel>
      </div>
      <ApiTokens />
      {notAdmin === undefined ? <JoinTokens /> : null}
      <Panel title="Password" note="signs out all your other sessions">
        <ChangePasswordForm onChanged={() => toast('Your password was changed; other sessions are signed out')} />
      </Panel>
    </div>
  );
}
