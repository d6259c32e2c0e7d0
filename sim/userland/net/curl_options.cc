// curl_options.cc — curl's command line: a table of its options.

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sim/userland/net/curl.h"

namespace drydock::userland::curl {

const std::string_view kVersionText =
    "curl 7.35.0 (x86_64-pc-linux-gnu) libcurl/7.35.0 (drydock)\n"
    "Protocols: http \nFeatures: \n";

namespace {

struct OptionRow {
  char letter;
  std::string_view name;
  bool has_value;
  bool (*apply)(Job& job, const std::string& value);  // Null: not modelled.
};

bool seconds(const std::string& text, std::optional<Nanoseconds>* span) {
  const std::size_t dot = text.find('.');
  const auto whole = parse_int(text.substr(0, dot));
  if (!whole || *whole < 0) return false;
  *span = *whole * kSecond;
  if (dot == std::string::npos) return true;
  std::string fraction = (text.substr(dot + 1) + "000").substr(0, 3);
  const auto thousandths = parse_int(fraction);
  if (!thousandths) return false;
  **span += *thousandths * kMillisecond;
  return true;
}

/// Data that begins with '@' comes from a file: read later.
bool add_data(Job& job, const std::string& value, std::string_view kind) {
  job.data_given = true;
  job.data_files.emplace_back(kind, value);
  return true;
}

bool number(const std::string& text, std::int64_t* into) {
  const auto parsed = parse_int(text);
  if (!parsed) return false;
  *into = *parsed;
  return true;
}

// clang-format off
constexpr std::array kOptions = {
    OptionRow{'A', "user-agent",      true,  [](Job& j, const std::string& v) { j.agent = v; return true; }},
    OptionRow{'d', "data",            true,  [](Job& j, const std::string& v) { return add_data(j, v, "ascii"); }},
    OptionRow{0,   "data-ascii",      true,  [](Job& j, const std::string& v) { return add_data(j, v, "ascii"); }},
    OptionRow{0,   "data-binary",     true,  [](Job& j, const std::string& v) { return add_data(j, v, "binary"); }},
    OptionRow{0,   "data-urlencode",  true,  [](Job& j, const std::string& v) { return add_data(j, v, "urlencode"); }},
    OptionRow{'D', "dump-header",     true,  [](Job& j, const std::string& v) { j.dump_header = v; return true; }},
    OptionRow{'e', "referer",         true,  [](Job& j, const std::string& v) { j.referer = v; return true; }},
    OptionRow{'f', "fail",            false, [](Job& j, const std::string&) { return j.fail = true; }},
    OptionRow{'F', "form",            true,  nullptr},
    OptionRow{'G', "get",             false, [](Job& j, const std::string&) { return j.as_query = true; }},
    OptionRow{'g', "globoff",         false, [](Job& j, const std::string&) { return j.globoff = true; }},
    OptionRow{'H', "header",          true,  [](Job& j, const std::string& v) { j.headers.push_back(v); return true; }},
    OptionRow{'I', "head",            false, [](Job& j, const std::string&) { return j.head = true; }},
    OptionRow{'i', "include",         false, [](Job& j, const std::string&) { return j.include = true; }},
    OptionRow{'k', "insecure",        false, [](Job& j, const std::string&) { return j.insecure = true; }},
    OptionRow{'L', "location",        false, [](Job& j, const std::string&) { return j.follow = true; }},
    OptionRow{'m', "max-time",        true,  [](Job& j, const std::string& v) { return seconds(v, &j.time_max); }},
    OptionRow{0,   "connect-timeout", true,  [](Job& j, const std::string& v) { return seconds(v, &j.connect_max); }},
    OptionRow{0,   "max-redirs",      true,  [](Job& j, const std::string& v) { return number(v, &j.redirects_max); }},
    OptionRow{'N', "no-buffer",       false, [](Job&, const std::string&) { return true; }},
    OptionRow{'O', "remote-name",     false, [](Job& j, const std::string&) { return j.remote_name = true; }},
    OptionRow{'o', "output",          true,  [](Job& j, const std::string& v) { j.output = v; return true; }},
    OptionRow{'#', "progress-bar",    false, [](Job& j, const std::string&) { return j.silent = j.show_error = true; }},
    OptionRow{0,   "resolve",         true,  [](Job& j, const std::string& v) { j.resolves.push_back(v); return true; }},
    OptionRow{0,   "retry",           true,  [](Job& j, const std::string& v) { return number(v, &j.retries); }},
    OptionRow{0,   "retry-delay",     true,  [](Job& j, const std::string& v) { std::int64_t s = 0; const bool good = number(v, &s); j.retry_delay = s * kSecond; return good; }},
    OptionRow{'S', "show-error",      false, [](Job& j, const std::string&) { return j.show_error = true; }},
    OptionRow{'s', "silent",          false, [](Job& j, const std::string&) { return j.silent = true; }},
    OptionRow{'T', "upload-file",     true,  [](Job& j, const std::string& v) { j.upload = v; return true; }},
    OptionRow{0,   "unix-socket",     true,  [](Job& j, const std::string& v) { j.unix_socket = v; return true; }},
    OptionRow{'u', "user",            true,  [](Job& j, const std::string& v) { j.user = v; return true; }},
    OptionRow{0,   "url",             true,  [](Job& j, const std::string& v) { j.urls.push_back(v); return true; }},
    OptionRow{'v', "verbose",         false, [](Job& j, const std::string&) { return j.verbose = true; }},
    OptionRow{'w', "write-out",       true,  [](Job& j, const std::string& v) { j.write_out = v; return true; }},
    OptionRow{'X', "request",         true,  [](Job& j, const std::string& v) { j.method = v; return true; }},
    OptionRow{'x', "proxy",           true,  nullptr},
    OptionRow{'b', "cookie",          true,  nullptr},
    OptionRow{'c', "cookie-jar",      true,  nullptr},
    OptionRow{'C', "continue-at",     true,  nullptr},
    OptionRow{'K', "config",          true,  nullptr},
    OptionRow{'r', "range",           true,  [](Job& j, const std::string& v) { j.headers.push_back("Range: bytes=" + v); return true; }},
};
// clang-format on

const OptionRow* find(std::string_view name, char letter) {
  const auto found = std::ranges::find_if(kOptions, [&](const auto& row) {
    return letter != 0 ? row.letter == letter : row.name == name;
  });
  return found == kOptions.end() ? nullptr : &*found;
}

Error usage(std::string why) {
  return Error{fmt::format(
      "curl: {}\ncurl: try 'curl --help' or 'curl --manual' for more "
      "information\n",
      why)};
}

/// Applies one option; `value` is the next word when it takes one.
Outcome apply(Job& job, const OptionRow& row, const std::string& typed,
              const std::string& value) {
  if (!row.apply) {
    return Error{
        fmt::format("drydock: curl's --{} is not modelled\n", row.name)};
  }
  if (row.apply(job, value)) return done();
  return usage(
      fmt::format("option {}: expected a proper numerical parameter", typed));
}

}  // namespace

Result<Job> parse_job(const List& argv) {
  Job job;
  for (std::size_t i = 1; i < argv.size(); ++i) {
    const std::string& word = argv[i];
    if (!word.starts_with('-') || word == "-") {
      job.urls.push_back(word);
      continue;
    }
    const bool is_long = word.starts_with("--");
    for (std::size_t at = is_long ? 2 : 1; at < word.size(); ++at) {
      const OptionRow* const row =
          find(is_long ? word.substr(2) : "", is_long ? '\0' : word[at]);
      const std::string typed = is_long ? word : std::string("-") + word[at];
      if (!row) return usage(fmt::format("option {}: is unknown", typed));
      std::string value;
      if (row->has_value) {
        const bool attached = !is_long && at + 1 < word.size();
        if (!attached && i + 1 >= argv.size()) {
          return usage(fmt::format("option {}: requires parameter", typed));
        }
        value = attached ? word.substr(at + 1) : argv[++i];
      }
      const Outcome applied = apply(job, *row, typed, value);
      if (!applied) return applied.error();
      if (is_long || row->has_value) break;
    }
  }
  if (job.urls.empty()) return usage("no URL specified!");
  return job;
}

}  // namespace drydock::userland::curl
