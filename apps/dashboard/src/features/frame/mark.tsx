/** The glass case with one thing lit in it. */
export const Mark = ({ className }: { className?: string }) => (
  <svg aria-hidden viewBox="0 0 24 24" fill="none" className={className}>
    <path d="M3.5 3.5h17v17h-17z" stroke="currentColor" strokeWidth="1.5" />
    <path d="M3.5 16.5h17" stroke="currentColor" strokeWidth="1.5" />
    <path d="M9 9h6v6H9z" fill="var(--accent)" />
  </svg>
);
