/** A model as a card, its columns as ports. */
import { memo } from 'react';
import { CARD, type Card, type CardRow, describeCard, type Port } from '../../src/pure/graph';
import { Icon, type IconName } from '../shared/icons';

export interface CardActions {
  hover(port: Port | null): void;
  pin(port: Port): void;
  open(model: string, column?: string): void;
  center(model: string): void;
  fold(model: string): void;
  more(direction: 'upstream' | 'downstream'): void;
  focus(model: string): void;
}

export interface CardData {
  card: Card;
  actions: CardActions;
  centre: boolean;
  faded: boolean;
  current: boolean;
  pinned: string | null;
  lit: ReadonlySet<string> | null;
  readsFrom: number;
  readBy: number;
}
/** A card at its place. */
export interface PlacedCard { id: string; x: number; y: number; data: CardData }

/** How much of a card can be read: all of it, its name, its name in large letters. */
export type Distance = 'near' | 'far' | 'remote';

const CATEGORY_WORD = { breaking: 'breaking', non_breaking: 'non-breaking', metadata: 'metadata', none: 'no change' } as const;
const MARK_SIGN = { added: '+', changed: 'Δ', removed: '−' } as const;

/** Below this zoom the columns cannot be read: a card shows its name alone, larger. */
const READABLE_ZOOM = 0.45;
const NAME_ZOOM = 0.25;

export function distanceAt(zoom: number): Distance {
  if (zoom < NAME_ZOOM) return 'remote';
  return zoom < READABLE_ZOOM ? 'far' : 'near';
}

function kindIcon(card: Card): IconName {
  const kind = card.model.kind.toUpperCase();
  if (card.model.external || kind === 'EXTERNAL') return 'source';
  if (kind.startsWith('SEED')) return 'seed';
  if (kind.startsWith('VIEW') || kind.startsWith('EMBEDDED')) return 'view';
  return kind.startsWith('INCREMENTAL') || kind.startsWith('SCD') ? 'clock' : 'table';
}

const END = 9;
const FITS = 22;

/** What may not fit is clipped, and only that: each clip is a piece of its own for the browser, in every frame of a movement. */
const SCHEMA_FITS = 15;
const TYPE_FITS = 15;
const ROW_FITS = 27;

function isTight({ name, type }: CardRow): boolean {
  return type.length > TYPE_FITS || name.length + 0.85 * type.length > ROW_FITS;
}

/** A long name keeps its end, which often tells it from its neighbours: what does not fit is left out before it. */
function Name({ text, className }: { text: string; className: string }) {
  if (text.length <= FITS) return <span className={className}>{text}</span>;
  return (
    <span className={`${className} long`}>
      <span className="start">{text.slice(0, -END)}</span>
      <span>{text.slice(-END)}</span>
    </span>
  );
}

function kindWord(kind: string): string {
  return kind.toLowerCase().replaceAll('_', ' ');
}

function headTitle({ model: { name, kind }, touch }: Card): string {
  return [name, kind, ...(touch?.reasons ?? [])].filter(Boolean).join('\n');
}

const ZERO_WIDTH_SPACE = '\u200b';
/** The sizes of `.far` and `.remote` in lineage.css. */
const FAR_SIZE = { far: 25, remote: 36 } as const;

/** As much of a name as the card has room for, with places to break it between its words. */
function farName(name: string, height: number, size: number): string {
  const room = Math.floor((CARD.width - 16) / (size * 0.6)) * Math.max(1, Math.floor(height / (size * 1.12)));
  return (name.length > room ? `${name.slice(0, room - 1)}…` : name).replaceAll('_', `_${ZERO_WIDTH_SPACE}`);
}

/** From afar a card is its name; nothing that cannot be read is there to be drawn. */
function FarHead({ data: { card, actions }, size }: { data: CardData; size: number }) {
  const { name } = card.model;
  return (
    <header className="card-head" title={headTitle(card)}>
      <button className="card-short" tabIndex={-1} onClick={() => actions.open(name)}>{farName(name.slice(name.lastIndexOf('.') + 1), card.height, size)}</button>
    </header>
  );
}

function Head({ data }: { data: CardData }) {
  const { card, actions } = data;
  const { name: model, kind } = card.model;
  const dot = model.lastIndexOf('.');
  const schema = model.slice(0, Math.max(0, dot)) || kindWord(kind);
  return (
    <header className="card-head" title={headTitle(card)}>
      <Icon name={kindIcon(card)} />
      <div className="card-title">
        <button className="card-short" tabIndex={-1} onClick={() => actions.open(model)}><Name text={model.slice(dot + 1)} className="card-name" /></button>
        <span className="card-line">
          <span className={schema.length > SCHEMA_FITS ? 'card-schema tight' : 'card-schema'}>{schema}</span>
          {card.touch && <span className={`badge ${card.touch.category}`}>{CATEGORY_WORD[card.touch.category]}</span>}
        </span>
      </div>
      {!data.centre && (
        <button className="card-tool" tabIndex={-1} title="Centre the panel here" onClick={() => actions.center(model)}>
          <Icon name="follow" size={12} />
        </button>
      )}
    </header>
  );
}

function Row({ row, data }: { row: CardRow; data: CardData }) {
  const { card, actions, lit, pinned } = data;
  const port = { model: card.model.name, column: row.name };
  const on = lit?.has(row.name) ?? false;
  const classes = ['row', isTight(row) && 'tight', row.mark, on && 'lit', lit && !on && 'dim', pinned === row.name && 'pinned'].filter(Boolean).join(' ');
  const title = `${row.name}${row.type ? ` ${row.type}` : ''}${row.mark ? `, ${row.mark}` : ''}${row.description ? `\n${row.description}` : ''}`;
  return (
    <li className={classes} data-column={row.name} title={title} onMouseEnter={() => actions.hover(port)} onMouseLeave={() => actions.hover(null)} onClick={() => actions.pin(port)} onDoubleClick={() => actions.open(port.model, port.column)}>
      <span className="sign" aria-hidden="true">{row.mark ? MARK_SIGN[row.mark] : ''}</span>
      <Name text={row.name} className="row-name" />
      <span className="row-type">{row.type === 'UNKNOWN' ? '?' : row.type.toLowerCase()}</span>
      <button className="row-tool" tabIndex={-1} title="Go to code" onClick={(event) => { event.stopPropagation(); actions.open(port.model, port.column); }}>
        <Icon name="code" size={12} />
      </button>
    </li>
  );
}

function Foot({ data }: { data: CardData }) {
  const { card, actions } = data;
  if (card.hidden === 0 && !card.unfolded) return null;
  return (
    <button className="card-foot" tabIndex={-1} onClick={() => actions.fold(card.model.name)}>
      {card.hidden > 0 ? `${card.hidden} more ${card.hidden === 1 ? 'column' : 'columns'}` : 'fewer columns'}
    </button>
  );
}

/** Neighbours beyond what is shown. */
function More({ data, side }: { data: CardData; side: 'upstream' | 'downstream' }) {
  const { moreUp, moreDown } = data.card.model;
  if (!(side === 'upstream' ? moreUp : moreDown)) return null;
  return (
    <button className={`more ${side}`} tabIndex={-1} title={`More models ${side}: show one step further`} aria-label={`Show one step further ${side}`} onClick={() => data.actions.more(side)}>
      <Icon name={side === 'upstream' ? 'left' : 'right'} size={10} />
    </button>
  );
}

function Columns({ data }: { data: CardData }) {
  if (data.card.rows.length === 0) return null;
  return (
    <ul className="rows" style={{ padding: `${CARD.padding}px 0` }}>
      {data.card.rows.map((row) => <Row key={`${row.name}${row.mark === 'removed' ? '-' : ''}`} row={row} data={data} />)}
    </ul>
  );
}

function Near({ data }: { data: CardData }) {
  return (
    <>
      <Head data={data} />
      <Columns data={data} />
      <Foot data={data} />
      <More data={data} side="upstream" />
      <More data={data} side="downstream" />
    </>
  );
}

export const CardView = memo(function CardView({ placed, distance }: { placed: PlacedCard; distance: Distance }) {
  const { data, x, y } = placed;
  const { card } = data;
  const far = distance !== 'near';
  const classes = ['card', card.touch?.category, data.centre && 'centre', data.faded && 'faded', data.current && 'current', far && 'far', distance === 'remote' && 'remote'];
  return (
    <article
      className={classes.filter(Boolean).join(' ')}
      data-model={card.model.name}
      style={{ width: CARD.width, height: card.height, left: x, top: y }}
      role="treeitem"
      aria-selected={data.current}
      aria-label={describeCard(card, data.readsFrom, data.readBy)}
      tabIndex={data.current ? 0 : -1}
      onFocus={() => data.actions.focus(card.model.name)}
    >
      {distance === 'near' ? <Near data={data} /> : <FarHead data={data} size={FAR_SIZE[distance]} />}
    </article>
  );
});
