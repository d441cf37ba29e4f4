/** The doctor's report, as lines and as JSON. */
import type { Finding } from '../checks/finding.ts';

/** A line for each finding: its level, what was checked, and what was found. */
export function formatFindings(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  return findings
    .map(({ level, check, message }) => `${level.padEnd(4)}  ${check.padEnd(width)}  ${message}`)
    .join('\n');
}

/** The findings and whether one fails. */
export function findingsToJson(findings: readonly Finding[]): string {
  return JSON.stringify({ ok: findings.every(({ level }) => level !== 'fail'), findings }, undefined, 2);
}
