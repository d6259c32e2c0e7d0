// declare.cc — bash's declare, typeset, and the bash forms of local, export
// and readonly.

#include <fmt/format.h>

#include "sim/userland/sh/builtin_list.h"
#include "sim/userland/sh/escapes.h"
#include "sim/userland/sh/expansion.h"

namespace drydock::userland::sh {

namespace {

/// Letters with '-' are set, with '+' taken off.
struct Asked {
  std::string on, off;
  std::size_t first = 1;
  bool bad = false;
  bool has(char letter) const { return on.find(letter) != on.npos; }
  bool drops(char letter) const { return off.find(letter) != off.npos; }
};

Asked read_asked(Shell& shell, const Words& words) {
  Asked asked;
  for (; asked.first < words.size(); ++asked.first) {
    const std::string& word = words[asked.first];
    if (word == "--") {
      ++asked.first;
      break;
    }
    if (word.size() < 2 || (word[0] != '-' && word[0] != '+')) break;
    const std::string_view letters = std::string_view(word).substr(1);
    const std::size_t odd = letters.find_first_not_of("aAfFgiIlnprtux");
    if (odd != letters.npos) {
      shell.complain(
          fmt::format("{}{}: invalid option", word[0], letters[odd]));
      asked.bad = true;
      return asked;
    }
    (word[0] == '-' ? asked.on : asked.off) += letters;
  }
  return asked;
}

std::string attributes_of(const Variable& variable) {
  std::string letters;
  if (variable.kind == Variable::Kind::indexed) letters += 'a';
  if (variable.kind == Variable::Kind::associative) letters += 'A';
  if (variable.integer) letters += 'i';
  if (variable.lower) letters += 'l';
  if (variable.reference) letters += 'n';
  if (variable.read_only) letters += 'r';
  if (variable.upper) letters += 'u';
  if (variable.exported) letters += 'x';
  return letters.empty() ? "--" : "-" + letters;
}

void print_variable(Shell& shell, const std::string& name,
                    const Variable& variable) {
  std::string text =
      fmt::format("declare {} {}", attributes_of(variable), name);
  if (variable.kind == Variable::Kind::indexed) {
    text += "=(";
    for (const auto& [index, value] : variable.indexed) {
      if (text.back() != '(') text += ' ';
      text += fmt::format("[{}]={}", index, double_quoted(value));
    }
    text += ")";
  } else if (variable.kind == Variable::Kind::associative) {
    text += "=(";
    for (const auto& [key, value] : variable.keyed) {
      text += fmt::format("[{}]={} ",
                          trace_quoted(key) == key ? key : double_quoted(key),
                          double_quoted(value));
    }
    text += ")";
  } else if (variable.value) {
    text += "=" + double_quoted(*variable.value);
  }
  shell.say(text + "\n");
}

/// bash prints functions from its tree; we from what was written.
void print_function(Shell& shell, const std::string& name,
                    const Function& function) {
  const std::size_t brace = function.text.find('{');
  if (brace == std::string::npos) {
    shell.say(fmt::format("{} () \n{}\n", name, function.text));
    return;
  }
  const std::size_t close = function.text.rfind('}');
  std::string body = function.text.substr(brace + 1, close - brace - 1);
  std::string text = fmt::format("{} () \n{{ \n", name);
  std::string_view rest = trim(body);
  if (rest.ends_with(";")) rest.remove_suffix(1);
  for (const std::string& line : split(trim(rest), '\n')) {
    text += fmt::format("    {}\n", trim(line));
  }
  shell.say(text + "}\n");
}

int print_functions(Shell& shell, const Words& words, const Asked& asked) {
  int status = 0;
  if (asked.first >= words.size()) {
    for (const auto& [name, function] : shell.functions) {
      if (asked.has('F')) {
        shell.say(fmt::format("declare -f {}\n", name));
      } else {
        print_function(shell, name, function);
      }
    }
  }
  for (std::size_t i = asked.first; i < words.size(); ++i) {
    const auto function = shell.functions.find(words[i]);
    if (function == shell.functions.end()) {
      status = 1;
    } else if (asked.has('F')) {
      shell.say(words[i] + "\n");
    } else {
      print_function(shell, words[i], function->second);
    }
  }
  return status;
}

int print_variables(Shell& shell, const Words& words, const Asked& asked) {
  if (asked.first >= words.size()) {
    for (const auto& [name, variable] : shell.variables.all()) {
      if (asked.has('x') && !variable.exported) continue;
      if (asked.has('r') && !variable.read_only) continue;
      if (asked.has('a') && variable.kind != Variable::Kind::indexed) continue;
      if (asked.has('A') && variable.kind != Variable::Kind::associative) {
        continue;
      }
      if (asked.has('i') && !variable.integer) continue;
      print_variable(shell, name, variable);
    }
    return 0;
  }
  int status = 0;
  for (std::size_t i = asked.first; i < words.size(); ++i) {
    const auto found = shell.variables.all().find(words[i]);
    if (found == shell.variables.all().end()) {
      shell.complain(fmt::format("{}: not found", words[i]));
      status = 1;
    } else {
      print_variable(shell, words[i], found->second);
    }
  }
  return status;
}

void set_attributes(Variable& variable, const Asked& asked) {
  if (asked.has('A')) variable.kind = Variable::Kind::associative;
  if (asked.has('a') && variable.kind == Variable::Kind::scalar) {
    variable.kind = Variable::Kind::indexed;
    if (variable.value) variable.indexed[0] = *variable.value;
    variable.value.reset();
  }
  if (asked.has('x')) variable.exported = true;
  if (asked.has('i')) variable.integer = true;
  if (asked.has('l')) variable.lower = true;
  if (asked.has('u')) variable.upper = true;
  if (asked.has('n')) variable.reference = true;
  if (asked.drops('x')) variable.exported = false;
  if (asked.drops('i')) variable.integer = false;
  if (asked.drops('l')) variable.lower = false;
  if (asked.drops('u')) variable.upper = false;
  if (asked.drops('n')) variable.reference = false;
}

int declare_one(Shell& shell, const std::string& word, const Asked& asked,
                bool local) {
  std::size_t equals = word.find('=');
  bool append = false;
  std::string name = word.substr(0, equals);
  if (equals != std::string::npos && name.ends_with('+')) {
    append = true;
    name.pop_back();
  }
  if (name.find('[') != std::string::npos) name.resize(name.find('['));
  if (!is_name(name)) {
    shell.complain(fmt::format("`{}': not a valid identifier", word));
    return 1;
  }
  if (local) shell.variables.make_local(name, false);
  const Variable* former = shell.variables.find(name);
  if (former != nullptr && former->read_only &&
      (equals != std::string::npos || asked.drops('r'))) {
    shell.complain(fmt::format("{}: readonly variable", name));
    return 1;
  }
  // A name reference is set itself, not what it leads to.
  if (asked.has('n')) shell.variables.touch(name).reference = false;
  set_attributes(shell.variables.touch(name), asked);
  if (equals != std::string::npos) {
    std::string value = word.substr(equals + 1);
    if (asked.has('n')) {
      Variable& variable = shell.variables.touch(name);
      variable.reference = false;
      variable.value = value;
      variable.reference = true;
      return 0;
    }
    if (append) value = shell.lookup(name).value_or("") + value;
    const Variable* now = shell.variables.find(name);
    if (now != nullptr && now->integer) {
      const std::optional<std::int64_t> number = evaluate_in(shell, value);
      if (!number) return 1;
      value = std::to_string(*number);
    }
    if (!shell.assign(name, std::move(value))) return 1;
  }
  if (asked.has('r')) shell.variables.touch(name).read_only = true;
  return 0;
}

}  // namespace

int declare_builtin(Shell& shell, const Words& words) {
  const Asked asked = read_asked(shell, words);
  if (asked.bad) return 2;
  if (asked.has('f') || asked.has('F')) {
    return print_functions(shell, words, asked);
  }
  if (asked.has('p') || asked.first >= words.size()) {
    return print_variables(shell, words, asked);
  }
  const bool local = shell.variables.in_scope() && !asked.has('g');
  int status = 0;
  for (std::size_t i = asked.first; i < words.size(); ++i) {
    const int one = declare_one(shell, words[i], asked, local);
    if (one != 0) status = one;
    if (shell.leaving()) break;
  }
  return status;
}

}  // namespace drydock::userland::sh
