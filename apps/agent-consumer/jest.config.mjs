import preset from '../../jest.preset.mjs';

export default { ...preset, displayName: 'agent-consumer', rootDir: import.meta.dirname };
