// Keys of the tests' own for what no key does by default; written into the profile before VS Code starts.
export const KEYS = { revertAndClose: 'Control+Alt+Shift+F11', clear: 'Control+Alt+Shift+F12' };

const inVsCode = (key) => key.toLowerCase().replace('control', 'ctrl');

export const KEY_BINDINGS = [
  { key: inVsCode(KEYS.revertAndClose), command: 'workbench.action.revertAndCloseActiveEditor' },
  {
    key: inVsCode(KEYS.clear),
    command: 'runCommands',
    args: { commands: ['workbench.action.closeSidebar', 'workbench.action.closePanel', 'notifications.clearAll', 'workbench.action.focusFirstEditorGroup'] },
  },
];
