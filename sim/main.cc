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
  app.add_option("--turns", common.turns,
                 "after how many without waiting a line is given up");
  app.add_flag("--explain", common.explain, "tell what each command does");
  app.add_flag("--hints", common.hints, "tell why, after classic mistakes");
  app.add_flag("--dry-run", common.dry_run,
               "in the real world: tell what a docker command would do");
}

/// The commands of --world real; nothing when it is not one of them.
std::optional<int> run_real(const CommonOptions& common, RealOptions real,
                            const ScriptOptions& script, const CLI::App& app) {
  const std::vector<CLI::App*> parsed = app.get_subcommands();
  const std::string name = parsed.empty() ? "shell" : parsed[0]->get_name();
  if (name == "probe") return run_real_probe();
  if (name == "daemon") return run_real_daemon(common, real);
  if (name == "gc") return run_real_gc(common, real);
  if (common.dry_run && (common.world != "real" || name != "docker")) {
    std::fputs("drydock: --dry-run is for docker in --world real\n", stderr);
    return 2;
  }
  if (common.world != "real") return std::nullopt;
  if (name == "sh") return run_real_sh(common, real, script);
  if (name == "replay") return std::nullopt;
  if (name == "docker") {
    return run_real_docker(common, real, parsed[0]->remaining());
  }
  std::fprintf(stderr, "drydock: %s: not in --world real yet\n", name.c_str());
  return 2;
}

/// All subcommands, and what each was given.
struct Commands {
  ShellCommand shell;
  ScriptOptions script;
  ReplayCommand replay;
  SessionCommand session;
  ConformCommand conform;
  RealOptions real;
  CLI::Option* given = nullptr;
  CLI::App *sh = nullptr, *replays = nullptr, *docker = nullptr;
  CLI::App *state = nullptr, *conforms = nullptr;
};

void add_hosts(CLI::App& app, Commands& to) {
  auto* shell = app.add_subcommand("shell", "a simulated host to type at");
  shell->add_option("--resume", to.shell.resume, "go on from this transcript");
  shell->add_option("--save", to.shell.save, "keep this session there");
  shell->add_option("--with", to.shell.with, "bring a folder in: DIR[:PATH]")
      ->allow_extra_args(false);

  to.sh = app.add_subcommand("sh", "a script on a fresh host");
  to.given = to.sh->add_option("-c", to.script.script, "the script itself");
  to.sh->add_option("--with", to.script.with, "bring a folder in: DIR[:PATH]")
      ->allow_extra_args(false);
  to.sh->add_option("FILE", to.script.words, "a script, and its arguments");
  to.sh->positionals_at_end();
}

void add_replay(CLI::App& app, Commands& to) {
  to.replays = app.add_subcommand("replay", "replay transcripts");
  to.replays->add_option("PATH", to.replay.paths, "pages, or folders of them")
      ->required();
  to.replays->add_flag("--bless", to.replay.bless,
                       "write what they should say");
  to.replays->add_option("--golden", to.replay.golden,
                         "folder of exact outputs");
  to.replays->add_option("--junit", to.replay.junit, "report for machines");
  to.replays->add_option("-j", to.replay.jobs, "pages at a time");
  // For `./dev same`: "" as group keeps it out of the help.
  to.replays->add_flag("--hashes", to.replay.hashes, "state hash of each step")
      ->group("");
  to.replays->add_option("--images", to.replay.images,
                         "--world real: a folder of archives to load first");
  to.replays->add_flag("-q,--quiet", to.replay.quiet, "only differences");
}

void add_sessions(CLI::App& app, Commands& to) {
  SessionCommand& session = to.session;
  to.docker = app.add_subcommand("docker", "one command in the session file");
  to.docker->add_option("--session", session.session, "the session file");
  to.docker->add_option("--with", session.with, "bring a folder in: DIR[:PATH]")
      ->allow_extra_args(false);
  to.docker->prefix_command();
  to.docker->fallthrough(false);  // What follows is docker's own.
  to.state = app.add_subcommand("state", "the session's engine state");
  to.state->add_option("--session", session.session, "the session file");
  to.state->add_option("--format", session.format, "text, dot, svg or json")
      ->check(CLI::IsMember({"text", "dot", "svg", "json"}));
}

void add_conform(CLI::App& app, Commands& to) {
  ConformCommand& conform = to.conform;
  to.conforms = app.add_subcommand(
      "conform", "made-up histories against another docker command");
  to.conforms->add_option("--against", conform.against, "that command")
      ->required();
  to.conforms->add_option("--image", conform.image, "that all stand on");
  to.conforms->add_option("--runs", conform.runs, "how many histories")
      ->check(CLI::Range(1, 1'000'000));
  to.conforms->add_option("--length", conform.length, "commands in each")
      ->check(CLI::Range(1, 1000));
}

void add_real(CLI::App& app, Commands& to) {
  app.add_option("--root", to.real.root,
                 "where the real world keeps its state");
  app.add_subcommand("probe", "what this machine can do for --world real");
  auto* daemon = app.add_subcommand("daemon", "the real world's engine");
  daemon->add_option("--ready", to.real.ready, "descriptor to tell");
  daemon->add_option("--registry-mirror", to.real.mirrors,
                     "URL that is asked before the Hub");
  daemon->add_option("--insecure-registry", to.real.insecure,
                     "HOST[:PORT] or network that may speak plain HTTP");
  auto* gc = app.add_subcommand("gc", "remove what no record of --root knows");
  gc->add_flag("--check", to.real.check, "only tell what that would be");
}

int dispatch(const CommonOptions& common, Commands& to, const CLI::App& app) {
  to.script.given = to.given->count() > 0;
  const auto real = run_real(common, to.real, to.script, app);
  if (real) return *real;
  if (to.sh->parsed()) return run_sh(common, to.script);
  if (to.replays->parsed()) return run_replay(common, to.replay);
  if (to.conforms->parsed()) return run_conform(common, to.conform);
  if (to.state->parsed()) return run_state(common, to.session);
  if (to.docker->parsed()) {
    to.session.words = to.docker->remaining();
    return run_docker(common, to.session);
  }
  return run_shell(common, to.shell);
}

int run(int argc, char** argv) {
  CLI::App app{"drydock: an executable model of Docker"};
  app.require_subcommand(0, 1);
  app.set_version_flag("--version", "drydock 0.1");
  CommonOptions common;
  add_common(app, common);
  app.fallthrough();
  Commands commands;
  add_hosts(app, commands);
  add_replay(app, commands);
  add_sessions(app, commands);
  add_conform(app, commands);
  add_real(app, commands);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  common.profile_given = app.count("--profile") > 0;
  common.seed_given = app.count("--seed") > 0;
  return dispatch(common, commands, app);
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
