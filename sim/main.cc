// main.cc — the command line of drydock, and nothing else.

#include <CLI/CLI.hpp>
#include <filesystem>
#include <optional>

#include "sim/front/options.h"
#include "sim/front/real.h"

namespace {

using namespace drydock::front;

void add_common(CLI::App& app, CommonOptions& common) {
  app.add_option("--world", common.world, "sim or real")
      ->check(CLI::IsMember({"sim", "real"}));
  app.add_option("--profile", common.profile, "docker-1.8 or docker-20.10")
      ->check(CLI::IsMember({"docker-1.8", "docker-20.10"}));
  app.add_option("--seed", common.seed, "of ids, names and chance");
  app.add_flag("--explain", common.explain, "tell what each command does");
  app.add_flag("--hints", common.hints, "tell why, after classic mistakes");
}

/// The commands of --world real; nothing when it is not one of them.
std::optional<int> run_real(const CommonOptions& common, RealOptions real,
                            const ScriptOptions& script, const CLI::App& app) {
  const std::vector<CLI::App*> parsed = app.get_subcommands();
  const std::string name = parsed.empty() ? "shell" : parsed[0]->get_name();
  if (name == "probe") return run_real_probe();
  if (name == "daemon") return run_real_daemon(common, real);
  if (common.world != "real") return std::nullopt;
  if (name == "sh") return run_real_sh(common, real, script);
  if (name == "docker") {
    return run_real_docker(common, real, parsed[0]->remaining());
  }
  std::fprintf(stderr, "drydock: %s: not in --world real yet\n", name.c_str());
  return 2;
}

int run(int argc, char** argv) {
  CLI::App app{"drydock: an executable model of Docker"};
  app.require_subcommand(0, 1);
  CommonOptions common;
  add_common(app, common);
  app.fallthrough();

  ShellCommand shell;
  auto* shell_app = app.add_subcommand("shell", "a simulated host to type at");
  shell_app->add_option("--resume", shell.resume, "go on from this transcript");
  shell_app->add_option("--save", shell.save, "keep this session there");
  shell_app->add_option("--with", shell.with, "bring a folder in: DIR[:PATH]");

  ScriptOptions script;
  auto* sh_app = app.add_subcommand("sh", "a script on a fresh host");
  auto* given = sh_app->add_option("-c", script.script, "the script itself");
  sh_app->add_option("--with", script.with, "bring a folder in: DIR[:PATH]");
  sh_app->add_option("FILE", script.words, "a script, and its arguments");
  sh_app->positionals_at_end();

  ReplayCommand replay;
  auto* replay_app = app.add_subcommand("replay", "replay transcripts");
  replay_app->add_option("PATH", replay.paths, "pages, or folders of them")
      ->required();
  replay_app->add_flag("--bless", replay.bless, "write what they should say");
  replay_app->add_option("--golden", replay.golden, "folder of exact outputs");
  replay_app->add_option("--junit", replay.junit, "report for machines");
  replay_app->add_option("-j", replay.jobs, "pages at a time");
  // For `./dev same`: "" as group keeps it out of the help.
  replay_app->add_flag("--hashes", replay.hashes, "state hash of each step")
      ->group("");
  replay_app->add_flag("-q,--quiet", replay.quiet, "only differences");

  SessionCommand session;
  auto* docker_app =
      app.add_subcommand("docker", "one command in the session file");
  docker_app->add_option("--session", session.session, "the session file");
  docker_app->prefix_command();
  docker_app->fallthrough(false);  // What follows is docker's own.
  auto* state_app = app.add_subcommand("state", "the session's engine state");
  state_app->add_option("--session", session.session, "the session file");
  state_app->add_option("--format", session.format, "json, dot or text")
      ->check(CLI::IsMember({"json", "dot", "text"}));

  RealOptions real;
  app.add_option("--root", real.root, "where the real world keeps its state");
  app.add_subcommand("probe", "what this machine can do for --world real");
  auto* daemon_app = app.add_subcommand("daemon", "the real world's engine");
  daemon_app->add_option("--ready", real.ready, "descriptor to tell");

  CLI11_PARSE(app, argc, argv);
  common.profile_given = app.count("--profile") > 0;
  script.given = given->count() > 0;
  if (const auto status = run_real(common, real, script, app)) return *status;
  if (common.explain) {
    std::fputs("drydock: --explain is not modelled yet\n", stderr);
    return 2;
  }
  if (sh_app->parsed()) return run_sh(common, script);
  if (replay_app->parsed()) return run_replay(common, replay);
  if (state_app->parsed()) return run_state(common, session);
  if (docker_app->parsed()) {
    session.words = docker_app->remaining();
    return run_docker(common, session);
  }
  return run_shell(common, shell);
}

/// Called as `docker`, by name or by link, it is `drydock docker`.
int run_as_docker(int argc, char** argv) {
  SessionCommand session;
  for (int i = 1; i < argc; ++i) session.words.emplace_back(argv[i]);
  if (in_real_world()) return run_as_real_docker(session.words);
  return run_docker(CommonOptions{}, session);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string name = std::filesystem::path(argv[0]).filename().string();
  return name == "docker" ? run_as_docker(argc, argv) : run(argc, argv);
}
