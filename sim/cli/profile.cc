// profile.cc — the two dockers, side by side.

#include "sim/cli/profile.h"

namespace drydock::cli {

namespace {

Profile make_1_8() {
  Profile p;
  p.name = "docker-1.8";
  p.where = k18;
  p.grammar = {.profile = k18,
               .single_dash_names = true,
               .strips_quotes = true,
               .en_dashes = true,
               .stops_at_operand = true};
  p.statuses = {.usage = 2, .refused = 1, .not_runnable = 1, .not_found = 1};
  p.formats = {.table_width_min = 20,
               .size = {4, " "},
               .memory_blank = " ",
               .one_second = "1 seconds",
               .ellipsis = false,
               .id_algorithm = false,
               .image_size_title = "VIRTUAL SIZE",
               .template_error = "Template parsing error: ",
               .typed_templates = true};
  p.versions = {.client = "1.8.3",
                .api = "1.20",
                .api_min = "",
                .go = "go1.4.2",
                .git = "f4bf5c7",
                .server_commit = "f4bf5c7",
                .built = "Mon Oct 12 05:37:18 UTC 2015"};
  p.words = {.no_daemon =
                 "Cannot connect to the Docker daemon. Is 'docker -d' "
                 "running on this host?",
             .no_tty = "cannot enable tty mode on non tty input",
             .start_and_attach_many =
                 "You cannot start and attach multiple containers at once.",
             .attach_stopped =
                 "You cannot attach to a stopped container, start it first",
             .attach_paused = "",
             .no_such_object = "Error: No such image or container: {}",
             .cowardly =
                 "Cowardly refusing to save to a terminal. Use the -o flag or "
                 "redirect.",
             .stdin_is_terminal = "",  // Then it is read like all else.
             .cidfile_exists =
                 "Container ID file found, make sure the other container "
                 "isn't running or delete {}",
             .summary = "",
             .sending_context = "Sending build context to Docker daemon {}\n",
             .wait_canceled = ""};
  p.lists_failures = true;
  p.modern = false;
  p.rules = engine::rules_named("docker-1.8");
  return p;
}

Profile make_20_10() {
  Profile p;
  p.name = "docker-20.10";
  p.where = k20;
  p.grammar = {.profile = k20,
               .single_dash_names = false,
               .strips_quotes = false,
               .en_dashes = false,
               .stops_at_operand = false};
  p.statuses = {
      .usage = 125, .refused = 125, .not_runnable = 126, .not_found = 127};
  p.formats = {.table_width_min = 10,
               .size = {3, ""},
               .memory_blank = "",
               .one_second = "1 second",
               .ellipsis = true,
               .id_algorithm = true,
               .image_size_title = "SIZE",
               .template_error = "template parsing error: ",
               .typed_templates = true};
  p.versions = {.client = "20.10.24+dfsg1",
                .api = "1.41",
                .api_min = "1.12",
                .go = "go1.19.8",
                .git = "297e128",
                .server_commit = "5d6db84",
                .built = "Thu May  7 21:09:36 2026"};
  p.words = {
      .no_daemon =
          "Cannot connect to the Docker daemon at {}. Is the docker "
          "daemon running?",
      .no_tty = "the input device is not a TTY",
      .start_and_attach_many =
          "you cannot start and attach multiple containers at once",
      .attach_stopped =
          "You cannot attach to a stopped container, start it first",
      .attach_paused =
          "You cannot attach to a paused container, unpause it first",
      .no_such_object = "Error: No such object: {}",
      .cowardly =
          "cowardly refusing to save to a terminal. Use the -o flag or "
          "redirect",
      .stdin_is_terminal = "requested load from stdin, but stdin is empty",
      .cidfile_exists =
          "container ID file found, make sure the other container "
          "isn't running or delete {}",
      .summary = "",
      .sending_context = "Sending build context to Docker daemon  {}\r\r\n",
      .wait_canceled =
          "time=\"{}\" level=error msg=\"error waiting for container: context "
          "canceled\"\n"};
  p.lists_failures = false;
  p.modern = true;
  p.rules = engine::rules_named("docker-20.10");
  return p;
}

}  // namespace

const Profile& docker_1_8() {
  static const Profile kProfile = make_1_8();
  return kProfile;
}

const Profile& docker_20_10() {
  static const Profile kProfile = make_20_10();
  return kProfile;
}

const Profile* find_profile(std::string_view name) {
  if (name == docker_1_8().name) return &docker_1_8();
  if (name == docker_20_10().name) return &docker_20_10();
  return nullptr;
}

}  // namespace drydock::cli
