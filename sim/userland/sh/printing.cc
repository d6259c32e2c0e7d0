// printing.cc — echo, printf, test and the two that do nothing.

#include <fmt/format.h>

#include "sim/userland/escapes.h"
#include "sim/userland/printf_format.h"
#include "sim/userland/sh/builtin_list.h"
#include "sim/userland/test_expression.h"

namespace drydock::userland::sh {

namespace {

/// dash's echo takes \ddd as well as \0ddd, and knows no \x.
std::string dash_escapes(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    result += text[i];
    if (text[i] != '\\' || i + 1 == text.size()) continue;
    const char c = text[i + 1];
    if ('1' <= c && c <= '7') result += '0';
    if (c == 'x') result += '\\';
    result += text[++i];
    if (c == 'x') {
      result.pop_back();
      result += 'x';
    }
  }
  return result;
}

struct EchoOptions {
  bool newline = true, escapes = false;
  std::size_t first = 1;
};

EchoOptions read_options(const Shell& shell, const Words& words) {
  EchoOptions options;
  options.escapes = shell.dash();
  if (shell.bash()) options.escapes = shell.options.is_set("xpg_echo");
  for (; options.first < words.size(); ++options.first) {
    const std::string& word = words[options.first];
    if (shell.dash()) {
      if (word != "-n") break;
      options.newline = false;
      ++options.first;
      break;
    }
    if (word.size() < 2 || word[0] != '-' ||
        word.find_first_not_of("neE", 1) != word.npos) {
      break;
    }
    for (const char letter : word.substr(1)) {
      if (letter == 'n') options.newline = false;
      if (letter == 'e') options.escapes = true;
      if (letter == 'E') options.escapes = false;
    }
  }
  return options;
}

}  // namespace

int echo_builtin(Shell& shell, const Words& words) {
  const EchoOptions options = read_options(shell, words);
  std::string text;
  for (std::size_t i = options.first; i < words.size(); ++i) {
    if (i > options.first) text += ' ';
    text += words[i];
  }
  bool newline = options.newline;
  if (options.escapes && text.find('\\') != std::string::npos) {
    Unescaped plain = unescape(shell.dash() ? dash_escapes(text) : text);
    newline = newline && !plain.stop;
    text = std::move(plain.text);
  }
  if (newline) text += '\n';
  shell.say(text);
  return 0;
}

int printf_builtin(Shell& shell, const Words& words) {
  const PrintfStyle style = shell.bash()   ? PrintfStyle::bash
                            : shell.dash() ? PrintfStyle::dash
                                           : PrintfStyle::busybox;
  Words rest(words.begin() + 1, words.end());
  std::string variable;
  if (shell.bash() && rest.size() > 1 && rest.front() == "-v") {
    variable = rest[1];
    rest.erase(rest.begin(), rest.begin() + 2);
  }
  if (!rest.empty() && rest.front() == "--") {
    rest.erase(rest.begin());
  } else if (shell.dash() && !rest.empty() && rest.front().size() > 1 &&
             rest.front().front() == '-') {
    shell.complain(fmt::format("Illegal option -{}", rest.front()[1]));
    return 2;
  }
  if (rest.empty()) {
    if (shell.bash()) {
      shell.complain_plain(
          "printf: usage: printf [-v var] format [arguments]\n");
    } else {
      shell.complain_as_applet(shell.ash()
                                   ? "usage: printf FORMAT [ARGUMENT...]"
                                   : "usage: printf format [arg ...]");
    }
    return 2;
  }
  const PrintfAnswer answer = printf_format(rest, style, shell.process().now());
  if (variable.empty()) {
    for (const std::string& text : answer.complaints) {
      shell.complain_as_applet(text);
    }
    shell.say(answer.text);
    return answer.status;
  }
  for (const std::string& text : answer.complaints) shell.complain(text);
  const std::size_t open = variable.find('[');
  if (open != std::string::npos && variable.back() == ']') {
    const std::string key =
        variable.substr(open + 1, variable.size() - open - 2);
    const std::string name = variable.substr(0, open);
    const Variable* array = shell.variables.find(name);
    if (array != nullptr && array->kind == Variable::Kind::associative) {
      shell.variables.set_keyed(name, key, answer.text);
    } else {
      shell.variables.set_element(name, parse_int(key).value_or(0),
                                  answer.text);
    }
    return answer.status;
  }
  shell.assign(variable, answer.text);
  return answer.status;
}

int test_builtin(Shell& shell, const Words& words) {
  Words rest(words.begin() + 1, words.end());
  if (words.front() == "[") {
    if (rest.empty() || rest.back() != "]") {
      shell.complain_as_applet(shell.bash() ? "missing `]'" : "missing ]");
      return 2;
    }
    rest.pop_back();
  }
  TestOptions options;
  options.style = shell.bash()   ? TestStyle::bash
                  : shell.dash() ? TestStyle::dash
                                 : TestStyle::busybox;
  options.is_variable = [&shell](const std::string& name) {
    return shell.lookup(name).has_value();
  };
  options.is_option = [&shell](const std::string& name) {
    for (const OptionRow& row : option_rows(shell.dialect())) {
      if (row.name == name && row.field != nullptr) {
        return shell.options.*row.field;
      }
    }
    return false;
  };
  const TestAnswer answer = test_expression(shell.process(), rest, options);
  if (!answer.error.empty()) shell.complain_as_applet(answer.error);
  return answer.status();
}

int true_builtin(Shell& shell, const Words& words) {
  (void)shell;
  (void)words;
  return 0;
}

int false_builtin(Shell& shell, const Words& words) {
  (void)shell;
  (void)words;
  return 1;
}

}  // namespace drydock::userland::sh
