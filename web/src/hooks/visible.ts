/** Resolves after the pause, once the page is visible; at once when the signal is aborted. */
export async function whenVisible(pauseMs: number, signal: AbortSignal): Promise<void> {
  await paused(pauseMs, signal);
  if (document.visibilityState === 'visible' || signal.aborted) return;
  await new Promise<void>((resolve) => {
    const onChange = (): void => {
      if (document.visibilityState !== 'visible' && !signal.aborted) return;
      document.removeEventListener('visibilitychange', onChange);
      signal.removeEventListener('abort', onChange);
      resolve();
    };
    document.addEventListener('visibilitychange', onChange);
    signal.addEventListener('abort', onChange);
  });
}

function paused(pauseMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const onEnd = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onEnd);
      resolve();
    };
    const timer = setTimeout(onEnd, pauseMs);
    signal.addEventListener('abort', onEnd);
  });
}
