// parameters.cc — the expansion of $v and ${v...}.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/userland/sh/escapes.h"
#include "sim/userland/sh/expansion.h"
#include "sim/userland/sh/pattern.h"

namespace drydock::userland::sh {

namespace {

bool is_list(std::string_view name) { return name == "@" || name == "*"; }

bool tests_being_set(ParamOp op) {
  return op == ParamOp::use_default || op == ParamOp::assign ||
         op == ParamOp::error || op == ParamOp::alternate;
}

std::string literal_of(const WordRef& word) {
  if (!word || word->parts.size() != 1) return {};
  const Part& part = word->parts.front();
  return part.kind == Part::Kind::text && !part.quoted ? part.text : "";
}

}  // namespace

/// An element, or all of them, of an array.
Task<bool> Expander::read_element(const Param& param, Values* values) {
  shell_.refresh(param.name);
  const Variable* variable = shell_.variables.find(param.name);
  const std::string which = literal_of(param.subscript);
  if (is_list(which)) {
    values->list = true;
    values->joined = which == "*";
    if (variable == nullptr) co_return true;
    values->set = true;
    if (variable->kind == Variable::Kind::indexed) {
      for (const auto& entry : variable->indexed) {
        values->texts.push_back(entry.second);
      }
    } else if (variable->kind == Variable::Kind::associative) {
      for (const auto& entry : variable->keyed) {
        values->texts.push_back(entry.second);
      }
    } else if (variable->value) {
      values->texts.push_back(*variable->value);
    }
    values->set = !values->texts.empty();
    co_return true;
  }
  std::string subscript;
  const bool done =
      co_await expand_text(*param.subscript, Purpose::text, &subscript);
  if (!done) co_return false;
  std::optional<std::string> value;
  if (variable != nullptr && variable->kind == Variable::Kind::associative) {
    const auto found = variable->keyed.find(subscript);
    if (found != variable->keyed.end()) value = found->second;
  } else {
    const std::optional<std::int64_t> index =
        index_in(shell_, param.name, subscript);
    if (!index) co_return false;
    variable = shell_.variables.find(param.name);
    if (variable != nullptr && variable->kind == Variable::Kind::indexed) {
      const auto found = variable->indexed.find(*index);
      if (found != variable->indexed.end()) value = found->second;
    } else if (*index == 0) {
      value = shell_.lookup(param.name);
    }
  }
  values->set = value.has_value();
  values->texts.push_back(value.value_or(""));
  co_return true;
}

Task<bool> Expander::read_values(const Param& param, Values* values) {
  if (param.subscript) co_return co_await read_element(param, values);
  if (is_list(param.name)) {
    values->list = true;
    values->joined = param.name == "*";
    values->texts = shell_.positional;
    // dash counts $@ and $* as set, with or without anything in them.
    values->set = shell_.dash() || !shell_.positional.empty();
    co_return true;
  }
  std::optional<std::string> value = shell_.lookup(param.name);
  values->set = value.has_value();
  values->texts.push_back(value.value_or(""));
  co_return true;
}

bool Expander::check_set(const Param& param, const Values& values) {
  if (values.set || !shell_.options.nounset || values.list) return true;
  std::string name = param.name;
  if (param.subscript) name += "[" + literal_of(param.subscript) + "]";
  if (shell_.bash()) {
    const bool digits = name.find_first_not_of("0123456789") == name.npos;
    shell_.abort(fmt::format("{}{}: unbound variable", digits ? "$" : "", name),
                 shell_.from_command ? 127 : 1);
  } else {
    shell_.abort(fmt::format("{}: parameter not set", name), 2);
  }
  return false;
}

void Expander::add_values(const Values& values, bool quoted, bool splits,
                          Fields& fields) {
  if (!values.list) {
    if (quoted) return fields.add_quoted(values.texts.front());
    return fields.add(values.texts.front(), kExpanded);
  }
  if ((quoted && values.joined) || !splits) {
    std::string glue = separator();
    if (!values.joined && shell_.bash()) glue = " ";
    const std::string all = join(values.texts, glue);
    if (quoted && !(all.empty() && !values.joined)) {
      return fields.add_quoted(all);
    }
    return fields.add(all, quoted ? kQuoted : kExpanded);
  }
  for (std::size_t i = 0; i < values.texts.size(); ++i) {
    if (i > 0) fields.start_next();
    if (quoted) {
      fields.add_quoted(values.texts[i]);
    } else {
      fields.add(values.texts[i], kExpanded);
    }
  }
}

/// What remains: operators that make a new value of the old one.
Task<bool> Expander::apply_operator(const Param& param, Values* values) {
  bool done = true;
  switch (param.op) {
    case ParamOp::plain:
      break;
    case ParamOp::length: {
      const bool counts = values->list && shell_.bash();
      const std::size_t length =
          counts ? values->texts.size() : join(values->texts, " ").size();
      *values = Values();
      values->texts.push_back(std::to_string(length));
      break;
    }
    case ParamOp::cut_front:
    case ParamOp::cut_front_all:
    case ParamOp::cut_back:
    case ParamOp::cut_back_all:
      done = co_await apply_cut(param, values);
      break;
    case ParamOp::slice:
      done = co_await apply_slice(param, values);
      break;
    case ParamOp::upper_first:
    case ParamOp::upper_all:
    case ParamOp::lower_first:
    case ParamOp::lower_all:
      done = co_await apply_case(param, values);
      break;
    case ParamOp::transform:
      done = apply_transform(param, *values);
      break;
    default:
      done = co_await apply_replace(param, values);
  }
  co_return done;
}

/// ${!v}: the parameter that the value of v names.
Task<bool> Expander::follow(Param* param) {
  Values values;
  const bool read = co_await read_values(*param, &values);
  if (!read) co_return false;
  const std::string target = values.texts.empty() ? "" : values.texts.front();
  ParserOptions options;
  options.dialect = Dialect::bash;
  Parser parser(options,
                std::make_shared<const std::string>("${" + target + "}"));
  const WordRef word = parser.parse_loose_word();
  const bool fine = word && word->parts.size() == 1 && word->parts[0].param &&
                    !target.empty();
  if (!fine) {
    shell_.abort(fmt::format("{}: invalid indirect expansion", param->name), 1);
    co_return false;
  }
  param->indirect = false;
  param->name = word->parts[0].param->name;
  param->subscript = word->parts[0].param->subscript;
  co_return true;
}

Task<bool> Expander::add_param(const Part& part, Fields* fields, bool splits) {
  Param param = *part.param;
  if (param.op == ParamOp::bad) {
    shell_.discard(shell_.bash()   ? param.source + ": bad substitution"
                   : shell_.dash() ? "Bad substitution"
                                   : "syntax error: bad substitution",
                   shell_.bash() ? 1 : 2);
    co_return false;
  }
  Values values;
  if (param.op == ParamOp::names || param.op == ParamOp::keys) {
    list_names(param, values);
    add_values(values, part.quoted, splits, *fields);
    co_return true;
  }
  if (param.indirect) {
    const bool led = co_await follow(&param);
    if (!led) co_return false;
  }
  const bool read = co_await read_values(param, &values);
  if (!read) co_return false;
  Part resolved = part;
  resolved.param = std::make_shared<const Param>(param);
  if (tests_being_set(param.op)) {
    const std::string all = join(values.texts, " ");
    const bool missing = !values.set || (param.colon && all.empty());
    if (missing != (param.op == ParamOp::alternate)) {
      if (param.op == ParamOp::error) {
        co_return co_await apply_error(resolved, values);
      }
      if (param.op == ParamOp::assign) {
        const bool assigned = co_await apply_assign(resolved, &values);
        if (!assigned) co_return false;
        add_values(values, part.quoted, splits, *fields);
        co_return true;
      }
      co_return co_await add_operand(resolved, fields, splits);
    }
    if (param.op == ParamOp::alternate) {
      if (part.quoted && !values.list) fields->add_quoted("");
      co_return true;
    }
    add_values(values, part.quoted, splits, *fields);
    co_return true;
  }
  if (!check_set(param, values)) co_return false;
  const bool done = co_await apply_operator(param, &values);
  if (!done) co_return false;
  if (values.list || !values.texts.empty()) {
    add_values(values, part.quoted, splits, *fields);
  }
  co_return true;
}

Task<bool> Expander::add_operand(const Part& part, Fields* fields,
                                 bool splits) {
  const Word& word = *part.param->word;
  if (word.parts.empty() && part.quoted) fields->add_quoted("");
  const Purpose purpose = part.quoted ? Purpose::document : Purpose::text;
  co_return co_await expand_parts(word, fields, splits, purpose, !part.quoted);
}

Task<bool> Expander::apply_error(const Part& part, const Values& values) {
  const Param& param = *part.param;
  (void)values;
  std::string text;
  const bool done = co_await expand_text(*param.word, Purpose::text, &text);
  if (!done) co_return false;
  if (param.word->parts.empty()) {
    const bool bash_words = shell_.bash() && param.colon;
    text = bash_words     ? "parameter null or not set"
           : !param.colon ? "parameter not set"
                          : "parameter not set or null";
  }
  shell_.abort(fmt::format("{}: {}", param.name, text),
               shell_.bash() ? (shell_.from_command ? 127 : 1) : 2);
  co_return false;
}

Task<bool> Expander::apply_assign(const Part& part, Values* values) {
  const Param& param = *part.param;
  std::string text;
  const bool done = co_await expand_text(*param.word, Purpose::text, &text);
  if (!done) co_return false;
  if (!is_name(param.name)) {
    shell_.abort(shell_.bash()
                     ? fmt::format("${}: cannot assign in this way", param.name)
                     : "Bad substitution",
                 shell_.bash() ? 1 : 2);
    co_return false;
  }
  if (param.subscript) {
    std::string subscript;
    const bool read =
        co_await expand_text(*param.subscript, Purpose::text, &subscript);
    if (!read) co_return false;
    const std::optional<std::int64_t> index =
        index_in(shell_, param.name, subscript);
    if (!index) co_return false;
    shell_.variables.set_element(param.name, *index, text);
  } else if (!shell_.assign(param.name, text)) {
    co_return false;
  }
  *values = Values();
  values->set = true;
  values->texts.push_back(std::move(text));
  co_return true;
}

Task<bool> Expander::apply_cut(const Param& param, Values* values) {
  std::string text;
  const bool done = co_await expand_text(*param.word, Purpose::pattern, &text);
  if (!done) co_return false;
  Pattern::Options options;
  options.extended = shell_.options.is_set("extglob");
  const Pattern pattern(text, options);
  const bool front =
      param.op == ParamOp::cut_front || param.op == ParamOp::cut_front_all;
  const bool longest =
      param.op == ParamOp::cut_front_all || param.op == ParamOp::cut_back_all;
  for (std::string& value : values->texts) {
    const std::optional<std::size_t> length =
        front ? pattern.prefix(value, longest) : pattern.suffix(value, longest);
    if (!length) continue;
    value =
        front ? value.substr(*length) : value.substr(0, value.size() - *length);
  }
  co_return true;
}

namespace {

std::string replace_in(const std::string& value, const Pattern& pattern,
                       const std::string& with, ParamOp op) {
  if (op == ParamOp::replace_front) {
    const std::optional<std::size_t> length = pattern.prefix(value, true);
    return length ? with + value.substr(*length) : value;
  }
  if (op == ParamOp::replace_back) {
    const std::optional<std::size_t> length = pattern.suffix(value, true);
    return length ? value.substr(0, value.size() - *length) + with : value;
  }
  std::string result;
  std::string_view rest = value;
  const std::optional<std::string> literal = pattern.literal();
  while (!rest.empty()) {
    if (literal) {
      const std::size_t at = literal->empty() ? rest.npos : rest.find(*literal);
      if (at == rest.npos) break;
      result += rest.substr(0, at);
      result += with;
      rest.remove_prefix(at + literal->size());
      if (op == ParamOp::replace) break;
      continue;
    }
    const std::optional<std::size_t> length = pattern.prefix(rest, true);
    if (!length || *length == 0) {
      result += rest.front();
      rest.remove_prefix(1);
      continue;
    }
    result += with;
    rest.remove_prefix(*length);
    if (op == ParamOp::replace) break;
  }
  return result.append(rest);
}

char flip(char c, bool up) {
  if (up && 'a' <= c && c <= 'z') return static_cast<char>(c - 'a' + 'A');
  if (!up && 'A' <= c && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
  return c;
}

}  // namespace

Task<bool> Expander::apply_replace(const Param& param, Values* values) {
  std::string text, with;
  const bool read = co_await expand_text(*param.word, Purpose::pattern, &text);
  if (!read) co_return false;
  if (param.second) {
    const bool done = co_await expand_text(*param.second, Purpose::text, &with);
    if (!done) co_return false;
  }
  Pattern::Options options;
  options.extended = shell_.options.is_set("extglob");
  options.ignore_case = shell_.options.is_set("nocasematch");
  const Pattern pattern(text, options);
  for (std::string& value : values->texts) {
    value = replace_in(value, pattern, with, param.op);
  }
  co_return true;
}

Task<bool> Expander::apply_slice(const Param& param, Values* values) {
  std::int64_t offset = 0, length = 0;
  const bool read = co_await expand_number(*param.word, &offset);
  if (!read) co_return false;
  if (param.second) {
    const bool done = co_await expand_number(*param.second, &length);
    if (!done) co_return false;
  }
  const bool positional = is_list(param.name);
  if (values->list) {
    if (positional) values->texts.insert(values->texts.begin(), shell_.name);
  }
  const auto size = static_cast<std::int64_t>(
      values->list ? values->texts.size() : values->texts.front().size());
  if (offset < 0) offset += size;
  std::int64_t end = size;
  if (param.second) end = length < 0 ? size + length : offset + length;
  if (param.second && length < 0 && (values->list || end < offset)) {
    shell_.abort(fmt::format("{}: substring expression < 0", length), 1);
    co_return false;
  }
  if (offset < 0 || offset > size) offset = end = 0;
  if (end > size) end = size;
  if (end < offset) end = offset;
  if (values->list) {
    values->texts =
        List(values->texts.begin() + offset, values->texts.begin() + end);
  } else {
    values->texts.front() =
        values->texts.front().substr(static_cast<std::size_t>(offset),
                                     static_cast<std::size_t>(end - offset));
  }
  co_return true;
}

Task<bool> Expander::apply_case(const Param& param, Values* values) {
  std::string text;
  const bool done = co_await expand_text(*param.word, Purpose::pattern, &text);
  if (!done) co_return false;
  const Pattern pattern(text.empty() ? "?" : text);
  const bool up =
      param.op == ParamOp::upper_first || param.op == ParamOp::upper_all;
  const bool all =
      param.op == ParamOp::upper_all || param.op == ParamOp::lower_all;
  for (std::string& value : values->texts) {
    for (char& c : value) {
      if (pattern.matches(std::string_view(&c, 1))) c = flip(c, up);
      if (!all) break;
    }
  }
  co_return true;
}

/// ${v@Q} and its kin.
bool Expander::apply_transform(const Param& param, Values& values) {
  const std::string which = literal_of(param.word);
  const char letter = which.empty() ? 'Q' : which.front();
  if (!values.set) {
    values.texts.clear();
    values.texts.emplace_back();
    return true;
  }
  for (std::string& value : values.texts) {
    switch (letter) {
      case 'Q':
        value = bash_quoted(value);
        break;
      case 'E':
        value = decode_dollar_quotes(value);
        break;
      case 'U':
        value = upper(value);
        break;
      case 'L':
        value = lower(value);
        break;
      case 'u':
        if (!value.empty()) value[0] = flip(value[0], true);
        break;
      case 'A':
        value = fmt::format("{}={}", param.name, bash_quoted(value));
        break;
      case 'a': {
        const Variable* variable = shell_.variables.find(param.name);
        std::string letters;
        if (variable != nullptr) {
          if (variable->kind == Variable::Kind::indexed) letters += 'a';
          if (variable->kind == Variable::Kind::associative) letters += 'A';
          if (variable->integer) letters += 'i';
          if (variable->read_only) letters += 'r';
          if (variable->exported) letters += 'x';
        }
        value = letters;
        break;
      }
      default:
        break;
    }
  }
  return true;
}

/// ${!prefix*} and ${!array[@]}.
bool Expander::list_names(const Param& param, Values& values) {
  values.list = true;
  values.joined = param.joined;
  values.set = true;
  if (param.op == ParamOp::names) {
    for (const auto& entry : shell_.variables.all()) {
      if (entry.first.starts_with(param.name)) {
        values.texts.push_back(entry.first);
      }
    }
    return true;
  }
  const Variable* variable = shell_.variables.find(param.name);
  if (variable == nullptr) return true;
  if (variable->kind == Variable::Kind::associative) {
    for (const auto& entry : variable->keyed) {
      values.texts.push_back(entry.first);
    }
  } else if (variable->kind == Variable::Kind::indexed) {
    for (const auto& entry : variable->indexed) {
      values.texts.push_back(std::to_string(entry.first));
    }
  } else if (variable->value) {
    values.texts.push_back("0");
  }
  return true;
}

}  // namespace drydock::userland::sh
