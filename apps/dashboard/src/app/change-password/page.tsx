import { ChangePasswordPage } from '../../features/session/change-password-page.tsx';

export default function Page() {
  return <ChangePasswordPage />;
}
