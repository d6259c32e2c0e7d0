// expansion.cc — words, tildes, substitutions; parameters are in
// parameters.cc.

#include "sim/userland/sh/expansion.h"

#include <utility>

#include <fmt/format.h>

#include "sim/userland/sh/braces.h"
#include "sim/userland/sh/interpreter.h"

namespace drydock::userland::sh {

namespace {

constexpr std::size_t kLargestText = std::size_t{1} << 27;

bool begins_with_tilde(const Word& word) {
  if (word.parts.empty()) return false;
  const Part& first = word.parts.front();
  return first.kind == Part::Kind::text && !first.quoted &&
         first.text.starts_with('~');
}

}  // namespace

std::string Expander::ifs() const {
  return shell_.variables.get_or("IFS", " \t\n");
}

std::string Expander::separator() const {
  const std::optional<std::string> set = shell_.variables.get("IFS");
  if (!set) return " ";
  return set->substr(0, 1);
}

bool Expander::fits(const Fields& fields) {
  std::size_t total = 0;
  for (const Marked& field : const_cast<Fields&>(fields).all()) {
    total += field.text.size();
  }
  if (total <= kLargestText) return true;
  shell_.abort("Out of space", 2);
  return false;
}

Task<bool> Expander::expand_all(const std::vector<Word>& words, List* fields) {
  for (const Word& word : words) {
    if (shell_.bash() && shell_.options.braceexpand) {
      const std::optional<std::vector<Word>> expanded = expand_braces(word);
      if (!expanded) {
        shell_.abort("brace expansion: failed to allocate memory", 1);
        co_return false;
      }
      for (const Word& one : *expanded) {
        const bool done = co_await expand_word(one, fields);
        if (!done) co_return false;
      }
      continue;
    }
    const bool done = co_await expand_word(word, fields);
    if (!done) co_return false;
  }
  co_return true;
}

Task<bool> Expander::expand_word(const Word& word, List* result) {
  Fields fields;
  const bool done =
      co_await expand_parts(word, &fields, true, Purpose::text, false);
  if (!done) co_return false;
  if (!fits(fields)) co_return false;
  finish(fields, *result);
  co_return !shell_.leaving();
}

/// Splitting, pathnames, quote removal.
void Expander::finish(Fields& fields, List& result) {
  const std::string separators = ifs();
  for (Marked& field : fields.all()) {
    if (field.text.empty()) continue;
    std::vector<Marked> pieces;
    if (field.origin.find(static_cast<char>(kExpanded)) == std::string::npos) {
      pieces.push_back(std::move(field));
    } else {
      pieces = split_fields(field, separators);
    }
    for (const Marked& piece : pieces) {
      if (!shell_.options.noglob && piece.may_match()) {
        const List paths = expand_paths(shell_, piece);
        if (!paths.empty()) {
          result.insert(result.end(), paths.begin(), paths.end());
          continue;
        }
        if (shell_.options.is_set("nullglob")) continue;
        if (shell_.options.is_set("failglob")) {
          return shell_.abort(fmt::format("no match: {}", piece.plain()), 1);
        }
      }
      result.push_back(piece.plain());
    }
  }
}

Task<bool> Expander::expand_text(const Word& word, Purpose purpose,
                                 std::string* text) {
  if (word.parts.size() == 1) {
    const Part& only = word.parts.front();
    const bool plain = only.kind == Part::Kind::text &&
                       (only.quoted || only.text.find('~') == only.text.npos);
    if (plain && purpose != Purpose::pattern && purpose != Purpose::regex) {
      *text = only.text;
      co_return true;
    }
  }
  Fields fields;
  const bool done = co_await expand_parts(word, &fields, false, purpose, false);
  if (!done) co_return false;
  if (!fits(fields)) co_return false;
  const Marked& all = fields.last();
  switch (purpose) {
    case Purpose::pattern:
      *text = all.pattern();
      break;
    case Purpose::regex:
      *text = all.regex();
      break;
    default:
      *text = all.plain();
  }
  co_return !shell_.leaving();
}

Task<bool> Expander::expand_number(const Word& word, std::int64_t* value) {
  std::string text;
  const bool done = co_await expand_text(word, Purpose::document, &text);
  if (!done) co_return false;
  const std::optional<std::int64_t> number = evaluate_in(shell_, text);
  if (!number) co_return false;
  *value = *number;
  co_return true;
}

/// The common parts, without a coroutine each; false when it is none of them.
bool Expander::add_simple(const Part& part, Fields& fields, bool splits,
                          bool operand) {
  if (part.kind == Part::Kind::text) {
    if (part.quoted) {
      fields.add_quoted(part.text);
    } else {
      fields.add(part.text, operand ? kExpanded : kWritten);
    }
    return true;
  }
  if (part.kind != Part::Kind::param || part.param->op != ParamOp::plain ||
      part.param->subscript || part.param->indirect) {
    return false;
  }
  const std::string& name = part.param->name;
  if (name == "@" || name == "*") return false;
  const std::optional<std::string> value = shell_.lookup(name);
  if (!value) return false;
  if (part.quoted) {
    fields.add_quoted(*value);
  } else {
    fields.add(*value, kExpanded);
  }
  (void)splits;
  return true;
}

/// `operand`: the word of an unquoted ${v-word}, whose text splits.
Task<bool> Expander::expand_parts(const Word& word, Fields* fields, bool splits,
                                  Purpose purpose, bool operand) {
  std::size_t first = 0;
  const bool assigns = purpose == Purpose::assignment;
  if (purpose != Purpose::document && (assigns || begins_with_tilde(word))) {
    if (!word.parts.empty() && !word.parts.front().quoted &&
        word.parts.front().kind == Part::Kind::text &&
        word.parts.front().text.find('~') != std::string::npos) {
      const bool done = co_await add_tilde(word, fields, purpose);
      if (!done) co_return false;
      first = 1;
    }
  }
  for (std::size_t i = first; i < word.parts.size(); ++i) {
    const Part& part = word.parts[i];
    if (assigns && part.kind == Part::Kind::text && !part.quoted &&
        part.text.find(":~") != std::string::npos) {
      Marked text;
      const bool whole = i + 1 == word.parts.size();
      const bool done = co_await expand_tildes(part.text, true, whole, &text);
      if (!done) co_return false;
      fields->last().text += text.text;
      fields->last().origin += text.origin;
      continue;
    }
    if (add_simple(part, *fields, splits, operand)) continue;
    bool done = true;
    switch (part.kind) {
      case Part::Kind::param:
        done = co_await add_param(part, fields, splits);
        break;
      case Part::Kind::command:
        done = co_await add_command(part, fields);
        break;
      case Part::Kind::arithmetic: {
        std::int64_t value = 0;
        done = co_await expand_number(*part.expression, &value);
        const std::string digits = std::to_string(value);
        if (done) fields->add(digits, part.quoted ? kQuoted : kExpanded);
        break;
      }
      default:
        done = co_await add_process(part, fields);
    }
    if (!done) co_return false;
  }
  co_return true;
}

Task<bool> Expander::add_tilde(const Word& word, Fields* fields,
                               Purpose purpose) {
  Marked text;
  const bool whole = word.parts.size() == 1;
  const bool done = co_await expand_tildes(
      word.parts.front().text, purpose == Purpose::assignment, whole, &text);
  fields->last().text += text.text;
  fields->last().origin += text.origin;
  co_return done;
}

/// Replaces ~ and ~user at the start, and behind colons in assignments.
/// `whole`: nothing follows this text in its word.
Task<bool> Expander::expand_tildes(std::string text, bool behind_colons,
                                   bool whole, Marked* out) {
  std::size_t at = 0;
  bool start = text.front() == '~';
  while (at < text.size()) {
    if (!start || text[at] != '~') {
      out->add(text.substr(at, 1), kWritten);
      start = behind_colons && text[at] == ':';
      ++at;
      continue;
    }
    const std::size_t end = text.find_first_of(behind_colons ? ":/" : "/", at);
    const std::string prefix = text.substr(at, end - at);
    start = false;
    std::optional<std::string> home;
    if (end != std::string::npos || whole) home = co_await home_of(prefix);
    if (!home) {
      out->add("~", kWritten);
      ++at;
      continue;
    }
    if (home->empty()) {
      out->add_nothing();
    } else {
      out->add(*home, kQuoted);
    }
    at = end == std::string::npos ? text.size() : end;
  }
  co_return true;
}

/// What "~" or "~user" stands for.
Task<std::optional<std::string>> Expander::home_of(std::string prefix) {
  const std::string user = prefix.substr(1);
  if (user.empty()) {
    const std::optional<std::string> home = shell_.variables.get("HOME");
    if (home || !shell_.bash()) co_return home;
  }
  if (shell_.bash() && user == "+") co_return shell_.variables.get("PWD");
  if (shell_.bash() && user == "-") co_return shell_.variables.get("OLDPWD");
  const SysResult<Bytes> accounts =
      co_await kernel::read_file(shell_.process(), "/etc/passwd");
  if (!accounts) co_return std::nullopt;
  const std::string uid = std::to_string(shell_.process().credentials().uid);
  for (const std::string& line : split(*accounts, '\n')) {
    const List columns = split(line, ':');
    if (columns.size() < 7) continue;
    const bool wanted = user.empty() ? columns[2] == uid : columns[0] == user;
    if (wanted) co_return columns[5];
  }
  co_return std::nullopt;
}

Task<bool> Expander::add_command(const Part& part, Fields* fields) {
  std::string output;
  const bool done = co_await substitute_command(shell_, part.command, &output);
  if (!done) co_return false;
  if (part.quoted) {
    fields->add_quoted(output);
  } else {
    fields->add(output, kExpanded);
  }
  co_return true;
}

/// <(command): a pipe, by its name in /dev/fd.
Task<bool> Expander::add_process(const Part& part, Fields* fields) {
  const bool reads = part.kind == Part::Kind::process_in;
  kernel::Process& process = shell_.process();
  const auto ends = process.pipe();
  if (!ends) {
    shell_.abort(fmt::format("cannot make pipe for process substitution: {}",
                             text_of(ends.error())),
                 1);
    co_return false;
  }
  const Fd ours = reads ? ends->first : ends->second;
  const Fd theirs = reads ? ends->second : ends->first;
  const SysResult<Fd> high = process.dup(ours, 60);
  (void)process.close(ours);
  if (!high) co_return false;
  ChildPlan plan;
  plan.command = part.command;
  plan.close.push_back(*high);
  plan.dup.emplace_back(theirs, reads ? kernel::kStdout : kernel::kStdin);
  co_await shell_.flush();
  const SysResult<Pid> child = fork_child(shell_, std::move(plan));
  (void)process.close(theirs);
  if (child) shell_.last_background = *child;
  shell_.process_fds.push_back(*high);
  fields->add(fmt::format("/dev/fd/{}", *high), kQuoted);
  co_return true;
}

Task<bool> substitute_command(Shell& shell, CommandRef command,
                              std::string* output) {
  kernel::Process& process = shell.process();
  if (!command) {
    shell.substitution_status = 0;
    co_return true;
  }
  const auto ends = process.pipe();
  if (!ends) {
    shell.abort("Pipe call failed", 2);
    co_return false;
  }
  ChildPlan plan;
  plan.command = command;
  plan.close.push_back(ends->first);
  plan.dup.emplace_back(ends->second, kernel::kStdout);
  plan.substitutes = true;
  plan.keeps_errexit = !shell.bash() || shell.options.posix ||
                       shell.options.is_set("inherit_errexit");
  co_await shell.flush();
  const SysResult<Pid> child = fork_child(shell, std::move(plan));
  (void)process.close(ends->second);
  if (!child) {
    (void)process.close(ends->first);
    shell.abort(cannot_fork(shell), 2);
    co_return false;
  }
  const SysResult<Bytes> text = co_await kernel::read_to_end(
      process, ends->first, static_cast<std::int64_t>(kLargestText));
  (void)process.close(ends->first);
  const int status = co_await wait_for_child(shell, *child);
  shell.substitution_status = status;
  if (!text) {
    shell.abort("Out of space", 2);
    co_return false;
  }
  const std::size_t end = text->find_last_not_of('\n');
  *output = text->substr(0, end == text->npos ? 0 : end + 1);
  if (output->find('\0') != std::string::npos) std::erase(*output, '\0');
  co_return true;
}

}  // namespace drydock::userland::sh
