// session.h — one build while it runs: what each of its files may touch.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/builder/build.h"
#include "sim/builder/build_args.h"
#include "sim/builder/context.h"
#include "sim/builder/copy.h"
#include "sim/builder/recipe.h"

namespace drydock::builder {

using engine::Answer;
using engine::ContainerConfig;
using engine::Done;
using engine::Fault;

/// Since the last FROM.
struct Stage {
  std::string name;
  bool begun = false;    // There was a FROM.
  std::string image_id;  // The last image; empty: from scratch, nothing yet.
  ContainerConfig config;
  std::string author;
  bool cmd_set = false;  // It has had a CMD, which ENTRYPOINT keeps.
};

class Session {
 public:
  Session(engine::Engine& engine, BuildRequest request, BuildOutput& output);
  Session(const Session&) = delete;

  Task<Answer<BuildResult>> run(ByteSource& context_tar);

 private:
  // session.cc: from the first byte to the last line.
  Task<Done> read(ByteSource& context_tar);
  void hide_ignored();
  void tell_context();
  Task<Done> take_steps();
  Task<Done> dispatch(Instruction step, bool in_trigger);
  Task<Done> perform(Instruction step);
  Task<Answer<BuildResult>> finish();
  Task<void> say(std::string line);
  Task<void> write(std::string text);
  Task<void> remove_containers();
  Task<void> remove_quietly(std::string container);

  // from.cc: FROM, and what a base image brings along.
  Task<Done> from(Instruction step);
  Task<Done> begin_stage(std::string name, engine::ImageRef base);
  Task<Answer<engine::ImageRef>> find_or_pull(std::string name);
  Task<Done> run_triggers(List triggers);

  // metadata.cc: steps that change no file.
  Task<Done> metadata(Instruction step, Word word);
  Task<Done> declare_args(Instruction step);
  Task<Done> commit_text(std::string text, bool apart);
  Task<Done> make_working_directory(std::string text);
  Result<Instruction> expand(Instruction step) const;
  List variables() const;
  List shell() const;  // SHELL, or /bin/sh -c.
  List nop_command(std::string text, bool apart) const;

  // steps.cc: containers and commits.
  Task<Done> run_command(Instruction step);
  Task<Done> show_output(std::string container);
  Task<Answer<std::string>> create(ContainerConfig config, bool shown);
  Task<Done> commit(std::string container, ContainerConfig made,
                    bool metadata_only);
  Task<bool> use_cache(ContainerConfig wanted);
  /// Names in each volume of a container, by where it is mounted.
  std::map<std::string, std::int64_t> names_in_volumes(
      const std::string& container) const;
  void tell_effect(const std::string& container,
                   const std::map<std::string, std::int64_t>& before) const;

  // copy_step.cc: ADD and COPY.
  Task<Done> copy(Instruction step, Word word);
  void tell_missing(const CopyOrder& order) const;
  /// add_url.cc: what ADD's URLs name, as files of `web`.
  Task<Answer<Fetched>> fetch_urls(CopyOrder order, Context& web);
  Task<Done> load_other(CopyOrder order, Context& other);
  Task<Done> load_paths(std::string container, CopyOrder order, Context& other);
  Task<Done> fill(std::string container, CopyOrder order,
                  std::vector<CopySource> sources, bool extract);
  Task<Done> place(std::string container, CopySource source,
                   std::string destination, Owner owner, bool extract);
  Task<Result<Owner>> owner_for(std::string container, std::string chown);
  Task<Answer<Bytes>> read_file(std::string container, std::string path);
  struct Place {
    bool exists = false, directory = false;
    std::string blocker;  // What is in the way: a file where a directory
                          // would have to be.
  };
  Task<Place> look_at(std::string container, std::string path);
  /// Where a destination is: the deepest directory that is there, and the
  /// names below it that are not.
  struct Landing {
    Place there;       // The destination itself.
    std::string base;  // "/etc"
    List missing;      // {"nginx", "conf.d"}
  };
  Task<Answer<Landing>> find_landing(std::string container, std::string target,
                                     bool as_directory);
  Task<Done> put(std::string container, std::string base, Bytes archive);

  Fault fault(std::string text) const;
  Done refuse(const Error& error) const { return fault(error.text); }

  engine::Engine& engine_;
  const BuildRequest request_;
  BuildOutput& output_;
  const BuilderRules& rules_;
  Context context_;
  BuildArgs args_;
  Recipe recipe_;
  Stage stage_;
  std::vector<Stage> earlier_;  // Stages that --from may name.
  bool cache_missed_ = false;
  std::optional<Error> output_error_;
  List containers_;  // To be removed, oldest first.
  /// Files of the present COPY or ADD and their sums; filled to explain only.
  engine::StringMap sums_;
};

}  // namespace drydock::builder
