import ts from 'typescript';

const host: ts.FormatDiagnosticsHost = {
  getCanonicalFileName: (name) => name,
  getCurrentDirectory: () => ts.sys.getCurrentDirectory(),
  getNewLine: () => ts.sys.newLine,
};

function print(diagnostic: ts.Diagnostic): void {
  const format = process.stdout.isTTY ? ts.formatDiagnosticsWithColorAndContext : ts.formatDiagnostics;
  process.stderr.write(format([diagnostic], host));
}

/** Codes of the two status messages that say a build has ended: "Found 1 error.", "Found {0} errors.". */
const ended = new Set([6193, 6194]);

/**
 * Builds a project with all it refers to, and again at every change. `onBuilt` is called after the first build without
 * errors and after each later one that wrote code.
 */
export function watchSources(config: string, onBuilt: () => void): void {
  let news = true;
  let errors = 0;
  const system: ts.System = {
    ...ts.sys,
    writeFile: (path, data, bom) => {
      if (path.endsWith('.js')) news = true;
      ts.sys.writeFile(path, data, bom);
    },
  };
  const fault = (diagnostic: ts.Diagnostic): void => {
    errors += 1;
    print(diagnostic);
  };
  const status = ({ code }: ts.Diagnostic): void => {
    if (!ended.has(code)) return;
    if (errors > 0) process.stderr.write('not built; waiting for the next change\n');
    else if (news) {
      news = false;
      onBuilt();
    }
    errors = 0;
  };
  const program = ts.createEmitAndSemanticDiagnosticsBuilderProgram;
  const builderHost = ts.createSolutionBuilderWithWatchHost(system, program, fault, () => undefined, status);
  ts.createSolutionBuilderWithWatch(builderHost, [config], {}).build();
}
