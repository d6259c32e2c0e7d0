// real.cc — from drydock's own options to realmode's.

#include "sim/front/real.h"

#include <cstdio>

#ifdef DRYDOCK_REALMODE
#include "realmode/front/apart.h"
#include "realmode/front/front.h"
#endif

namespace drydock::front {

#ifdef DRYDOCK_REALMODE

namespace {

realmode::Options options_of(const CommonOptions& common,
                             const RealOptions& real) {
  realmode::Options options = realmode::options_from_environment();
  if (!real.root.empty()) options.root = real.root;
  if (common.profile_given) options.profile = common.profile;
  options.explain = common.explain;
  options.hints = common.hints;
  options.dry_run = common.dry_run;
  return options;
}

}  // namespace

bool in_real_world() { return realmode::is_real_world(); }

int run_real_probe() { return realmode::run_probe(); }

int run_real_daemon(const CommonOptions& common, const RealOptions& real) {
  realmode::Options options = options_of(common, real);
  options.mirrors = real.mirrors;
  options.insecure = real.insecure;
  return realmode::run_daemon(options, real.ready);
}

int run_real_gc(const CommonOptions& common, const RealOptions& real) {
  return realmode::run_gc(options_of(common, real), real.check);
}

int run_real_docker(const CommonOptions& common, const RealOptions& real,
                    const std::vector<std::string>& words) {
  return realmode::run_docker(options_of(common, real), words);
}

int run_real_sh(const CommonOptions& common, const RealOptions& real,
                const ScriptOptions& script) {
  std::vector<std::string> words;
  if (script.given) words = {"-c", script.script};
  words.insert(words.end(), script.words.begin(), script.words.end());
  if (!script.with.empty()) {
    std::fputs("drydock: sh: --with is for the simulated host\n", stderr);
    return 2;
  }
  return realmode::run_sh(options_of(common, real), words);
}

Outcome move_apart(const std::string& host_name,
                   const std::vector<std::string>& kept) {
  return realmode::move_apart(host_name, kept);
}

int run_as_real_docker(const std::vector<std::string>& words) {
  return realmode::run_docker(realmode::options_from_environment(), words);
}

#else

namespace {

int lacking() {
  std::fputs("drydock: this build has no realmode\n", stderr);
  return 2;
}

}  // namespace

bool in_real_world() { return false; }
int run_real_probe() { return lacking(); }
int run_real_daemon(const CommonOptions&, const RealOptions&) {
  return lacking();
}
int run_real_gc(const CommonOptions&, const RealOptions&) { return lacking(); }
int run_real_docker(const CommonOptions&, const RealOptions&,
                    const std::vector<std::string>&) {
  return lacking();
}
int run_real_sh(const CommonOptions&, const RealOptions&,
                const ScriptOptions&) {
  return lacking();
}
Outcome move_apart(const std::string&, const std::vector<std::string>&) {
  return Error{"this build has no realmode"};
}
int run_as_real_docker(const std::vector<std::string>&) { return lacking(); }

#endif

}  // namespace drydock::front
