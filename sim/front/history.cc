// history.cc — a table of command forms with weights, and draws from it.
//
// In a form, C is one of the containers, D another one, I the image that all
// stand on, T a tag of our own and V a named volume.

#include "sim/front/history.h"

#include <algorithm>
#include <array>

#include "sim/cli/flags.h"
#include "sim/scenario/pipes.h"

namespace drydock::front {

namespace {

struct Form {
  int weight;
  cli::Where where;
  std::string_view words;
};

using cli::k20;
using cli::kBoth;

// clang-format off
constexpr std::array kForms = {
    Form{9, kBoth, "run -d --name C I sleep 1000"},
    Form{4, kBoth, "run --name C I true"},
    Form{4, kBoth, "run --name C I sh -c 'echo out; echo err >&2; exit 3'"},
    Form{3, kBoth, "run --name C -e K=v -w /tmp I sh -c 'echo $K; pwd'"},
    Form{3, kBoth, "run --name C I sh -c 'echo x > /f; rm -r /home'"},
    Form{3, kBoth, "run --name C -v /data I sh -c 'echo x > /data/f; ls /data'"},
    Form{2, kBoth, "run -d --name C --restart on-failure:2 I false"},
    Form{2, kBoth, "run -d --name C -h box I sh -c 'trap \"exit 7\" TERM; while true; do sleep 1; done'"},
    Form{2, kBoth, "run --rm I echo gone"},
    Form{2, kBoth, "run --rm --volumes-from C I ls /data"},
    Form{2, kBoth, "run --name C I /no/such/program"},
    Form{2, kBoth, "run --name C --entrypoint echo I a b"},
    Form{1, kBoth, "run --name C -u 1000 I id -u"},
    Form{3, k20,   "run --name C -v V:/data I sh -c 'echo y > /data/g; ls /data'"},
    Form{5, kBoth, "create --name C I echo made"},
    Form{6, kBoth, "start C"},
    Form{2, kBoth, "start -a C"},
    Form{6, kBoth, "stop -t 0 C"},
    Form{3, kBoth, "restart -t 0 C"},
    Form{3, kBoth, "kill C"},
    Form{2, kBoth, "kill -s TERM C"},
    Form{1, kBoth, "kill -s NOSUCH C"},
    Form{4, kBoth, "pause C"},
    Form{4, kBoth, "unpause C"},
    Form{6, kBoth, "rm C"},
    Form{2, kBoth, "rm -f C"},
    Form{2, kBoth, "rm -v C"},
    Form{2, kBoth, "rename C D"},
    Form{4, kBoth, "exec C echo inside"},
    Form{2, kBoth, "exec C sh -c 'echo more >> /g; exit 4'"},
    Form{1, kBoth, "exec C /no/such/program"},
    Form{4, kBoth, "logs C"},
    Form{4, kBoth, "diff C"},
    Form{3, kBoth, "commit C T"},
    Form{1, kBoth, "commit -m note -a me C T"},
    Form{2, kBoth, "run --rm T cat /f"},
    Form{2, kBoth, "tag T T"},
    Form{3, kBoth, "rmi T"},
    Form{1, kBoth, "history -q T"},
    Form{4, kBoth, "inspect -f '{{.State.Running}} {{.State.Paused}} {{.State.ExitCode}}' C"},
    Form{2, kBoth, "inspect -f '{{.Name}} {{.Path}} {{.Args}} {{.Config.Hostname}}' C"},
    Form{2, kBoth, "inspect -f '{{len .Mounts}} {{.RestartCount}}' C"},
    Form{3, kBoth, "ps -a --format '{{.Names}} {{.Image}} {{.Command}}'"},
    Form{2, kBoth, "ps -q"},
    Form{1, kBoth, "port C"},
    Form{1, kBoth, "wait no-such-container"},
    Form{2, k20,   "volume create V"},
    Form{2, k20,   "volume rm V"},
    Form{1, k20,   "volume inspect -f '{{.Name}} {{.Driver}}' V"},
    Form{1, k20,   "update -m 64m --memory-swap 128m C"},
};
// clang-format on

template <std::size_t size>
std::string one_of(const std::string_view (&names)[size], Prng& draws) {
  return std::string(names[draws.below(size)]);
}

List filled(std::string_view form, const std::string& image, Prng& draws) {
  const std::uint64_t first = draws.below(std::size(kContainerNames));
  const std::uint64_t second = draws.below(std::size(kContainerNames));
  List words = scenario::split_words(form);
  for (std::string& word : words) {
    if (word == "C") word = kContainerNames[first];
    if (word == "D") word = kContainerNames[second];
    if (word == "I") word = image;
    if (word == "T") word = one_of(kImageNames, draws);
    if (word == "V") word = one_of(kVolumeNames, draws);
    if (word.starts_with("V:")) {
      word = one_of(kVolumeNames, draws) + word.substr(1);
    }
  }
  return words;
}

}  // namespace

History make_history(Prng draws, const cli::Profile& profile,
                     const std::string& image, int length) {
  int total = 0;
  for (const Form& form : kForms) {
    if (form.where & profile.where) total += form.weight;
  }
  History history;
  for (int at = 0; at < length; ++at) {
    auto left =
        static_cast<int>(draws.below(static_cast<std::uint64_t>(total)));
    for (const Form& form : kForms) {
      if (!(form.where & profile.where)) continue;
      left -= form.weight;
      if (left >= 0) continue;
      history.push_back(filled(form.words, image, draws));
      break;
    }
  }
  return history;
}

History clean_up(const cli::Profile& profile) {
  History commands;
  for (const std::string_view name : kContainerNames) {
    commands.push_back({"unpause", std::string(name)});
    commands.push_back({"rm", "-f", "-v", std::string(name)});
  }
  for (const std::string_view name : kImageNames) {
    commands.push_back({"rmi", "-f", std::string(name)});
  }
  if (profile.modern) {
    for (const std::string_view name : kVolumeNames) {
      commands.push_back({"volume", "rm", "-f", std::string(name)});
    }
  }
  return commands;
}

}  // namespace drydock::front
