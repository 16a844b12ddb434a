/** What the colours and dashes mean, only while they are in use. */
export function Legend({ rippling, traced, rows, truncated }: { rippling: boolean; traced: boolean; rows: boolean; truncated: boolean }) {
  if (!rippling && !traced && !rows && !truncated) return null;
  return (
    <div className="legend">
      {rippling && (
        <>
          <span className="key breaking">breaking</span>
          <span className="key non_breaking">non-breaking</span>
          <span className="key untouched">untouched</span>
        </>
      )}
      {traced && (
        <>
          <span className="line-key direct">value</span>
          <span className="line-key indirect">condition</span>
        </>
      )}
      {rows && <span className="line-key rows">decides rows</span>}
      {truncated && <span className="key">only the nearest models are shown</span>}
    </div>
  );
}
