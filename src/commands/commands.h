// One function a command: puts its subcommand into the app. Each stands in the
// file of its name.
#pragma once

#include "commands/context.h"

namespace backgraft::commands {

void AddDeploys(CLI::App& app, Context& context);
void AddLog(CLI::App& app, Context& context);
void AddRecover(CLI::App& app, Context& context);
void AddRedo(CLI::App& app, Context& context);
void AddUndo(CLI::App& app, Context& context);
void AddRestore(CLI::App& app, Context& context);
void AddFlatten(CLI::App& app, Context& context);
void AddGraft(CLI::App& app, Context& context);
// `import` and its parts; each part in a file of its own.
void AddImport(CLI::App& app, Context& context);
void AddImportDb(CLI::App& import, Context& context);
void AddInspect(CLI::App& app, Context& context);
void AddRebuild(CLI::App& app, Context& context);
void AddRevert(CLI::App& app, Context& context);
void AddVerify(CLI::App& app, Context& context);

// Below `import`.
void AddImportFiles(CLI::App& import, Context& context);

}  // namespace backgraft::commands
