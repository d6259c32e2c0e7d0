// sh.cc — `drydock sh`: a script on a fresh host, with our own streams.

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "sim/front/options.h"
#include "sim/machine/script.h"

namespace drydock::front {

namespace fs = std::filesystem;

namespace {

std::string content_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t taken = ::write(fd, bytes.data(), bytes.size());
    if (taken <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(taken));
  }
}

std::string read_some() {
  std::array<char, 65536> buffer;
  const ssize_t count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
  if (count <= 0) return {};
  return std::string(buffer.data(), static_cast<std::size_t>(count));
}

Outcome add_files(const std::string& folder, std::vector<BroughtFile>& files) {
  const std::size_t colon = folder.find(':');
  const fs::path from = fs::absolute(folder.substr(0, colon));
  std::error_code error;
  const fs::path real = fs::canonical(from, error);
  if (error || !fs::is_directory(real)) {
    return Error{
        fmt::format("--with {}: not a folder that can be read", from.string())};
  }
  const std::string to = colon == std::string::npos
                             ? "/root/" + real.filename().string()
                             : folder.substr(colon + 1);
  std::vector<fs::path> paths;
  for (const auto& entry : fs::recursive_directory_iterator(real)) {
    if (entry.is_regular_file()) paths.push_back(entry.path());
  }
  std::ranges::sort(paths);  // A folder has no order of its own.
  for (const fs::path& path : paths) {
    const std::string inside = fs::relative(path, real).string();
    const auto mode = fs::status(path).permissions();
    files.push_back({to + "/" + inside, content_of(path),
                     static_cast<std::uint32_t>(mode) & 07777});
  }
  return done();
}

}  // namespace

machine::MachineOptions machine_options(const CommonOptions& common) {
  machine::MachineOptions options;
  options.seed = common.seed;
  options.profile = cli::find_profile(common.profile);
  options.explain = common.explain;
  options.hints = common.hints;
  options.turn_limit = common.turns;
  return options;
}

Result<std::vector<BroughtFile>> files_of(
    const std::vector<std::string>& folders) {
  std::vector<BroughtFile> files;
  for (const std::string& folder : folders) {
    const Outcome added = add_files(folder, files);
    if (!added) return added.error();
  }
  return files;
}

Outcome bring_in(machine::Machine& machine,
                 const std::vector<std::string>& folders) {
  const Result<std::vector<BroughtFile>> files = files_of(folders);
  if (!files) return files.error();
  for (const BroughtFile& file : *files) {
    const Outcome put = machine.write_file(file.path, file.content, file.mode);
    if (!put) return put.error();
  }
  return done();
}

int run_sh(const CommonOptions& common, const ScriptOptions& options) {
  machine::Machine machine(machine_options(common));
  const Outcome brought = bring_in(machine, options.with);
  if (!brought) {
    fmt::print(stderr, "drydock: {}\n", brought.error().text);
    return 2;
  }
  List argv = {"sh"};
  if (options.given) {
    argv.insert(argv.end(), {"-c", options.script});
    if (!options.words.empty()) {
      argv.insert(argv.end(), options.words.begin(), options.words.end());
    }
  } else if (!options.words.empty()) {
    const std::string& file = options.words.front();
    std::error_code error;
    if (!fs::is_regular_file(file, error) && !fs::exists(file, error)) {
      fmt::print(stderr, "drydock: sh: {}: no such file\n", file);
      return 2;
    }
    const std::string target =
        fs::path(file).is_absolute() ? file : "/root/" + file;
    const Outcome written = machine.write_file(target, content_of(file), 0755);
    if (!written) {
      fmt::print(stderr, "drydock: sh: {}\n", written.error().text);
      return 2;
    }
    argv.push_back(file);
    argv.insert(argv.end(), options.words.begin() + 1, options.words.end());
  }
  machine::ScriptStreams streams;
  streams.out = [](std::string_view bytes) { write_all(STDOUT_FILENO, bytes); };
  streams.err = [](std::string_view bytes) { write_all(STDERR_FILENO, bytes); };
  streams.in = read_some;
  const machine::ScriptResult result =
      machine::run_script(machine, argv, "/root", streams);
  if (!result.trouble.empty()) {
    fmt::print(stderr, "drydock: {}\n", result.trouble);
    if (result.endless) {
      fmt::print(stderr,
                 "drydock: given up after {} turns; --turns N allows more\n",
                 common.turns);
    }
  }
  return result.status;
}

}  // namespace drydock::front
