// sed_script.cc — the grammar of sed, GNU's extensions included.

#include "sim/userland/text/sed_script.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/userland/text/sed_text.h"

namespace drydock::userland {

namespace {

constexpr std::size_t kCommandsMax = 100'000;

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Parser {
 public:
  Parser(const std::vector<SedSource>& sources, bool extended)
      : sources_(sources), extended_(extended) {
    for (const SedSource& source : sources) {
      if (!text_.empty() || !starts_.empty()) text_ += '\n';
      starts_.push_back(text_.size());
      text_ += source.text;
    }
  }

  Result<SedScript> parse() {
    if (text_.starts_with("#n\n") || text_ == "#n") script_.silent = true;
    while (skip_to_command()) {
      const Outcome read = command();
      if (!read) return read.error();
      if (script_.commands.size() > kCommandsMax) return fail("too long");
    }
    if (!blocks_.empty()) return fail_at(0, "unmatched `{'");
    const Outcome linked = link();
    if (!linked) return linked.error();
    return std::move(script_);
  }

 private:
  Error fail(std::string_view why) const { return fail_at(at_, why); }

  Error fail_at(std::size_t at, std::string_view why) const {
    std::size_t index = starts_.size() - 1;
    while (index > 0 && starts_[index] > at) --index;
    const SedSource& source = sources_[index];
    if (source.file) {
      const std::size_t end = std::min(at, text_.size());
      const auto line =
          std::count(text_.begin() + starts_[index], text_.begin() + end, '\n');
      return {fmt::format("file {} line {}: {}", source.name, line + 1, why)};
    }
    const std::size_t offset = at == 0 ? 0 : at - starts_[index];
    return {fmt::format("{}, char {}: {}", source.name, offset, why)};
  }

  bool more() const { return at_ < text_.size(); }
  char peek() const { return more() ? text_[at_] : '\0'; }

  void skip_blanks() {
    while (more() && is_blank(text_[at_])) ++at_;
  }

  bool skip_to_command() {
    while (more() && (is_blank(peek()) || peek() == '\n' || peek() == ';' ||
                      peek() == '\r')) {
      ++at_;
    }
    return more();
  }

  Outcome command() {
    SedCommand command;
    const Outcome addresses = this->addresses(&command);
    if (!addresses) return addresses;
    skip_blanks();
    while (peek() == '!') {
      command.negated = true;
      ++at_;
      skip_blanks();
    }
    if (!more() || peek() == '\n' || peek() == ';') {
      return fail("missing command");
    }
    command.name = text_[at_++];
    return arguments(std::move(command));
  }

  Outcome addresses(SedCommand* command) {
    const Result<SedAddress> from = address(false);
    if (!from) return from.error();
    command->from = *from;
    if (from->kind == SedAddress::Kind::none) {
      if (peek() == ',') {
        ++at_;
        return fail("unexpected `,'");
      }
      return done();
    }
    skip_blanks();
    if (peek() == ',') {
      ++at_;
      skip_blanks();
      const Result<SedAddress> to = address(true);
      if (!to) return to.error();
      command->to = *to;
      if (to->kind == SedAddress::Kind::none) {
        return fail("unexpected `,'");
      }
    }
    const bool zero = from->kind == SedAddress::Kind::line && from->first == 0;
    if (zero && command->to.kind != SedAddress::Kind::regex) {
      return fail("invalid usage of line address 0");
    }
    return done();
  }

  Result<SedAddress> address(bool second) {
    SedAddress address;
    const char c = peek();
    if (c == '/' || c == '\\') return regex_address();
    if (c == '$') {
      ++at_;
      address.kind = SedAddress::Kind::last;
      script_.asks_last = true;
    } else if (is_digit(c)) {
      address.kind = SedAddress::Kind::line;
      address.first = number();
      skip_blanks();
      if (peek() == '~' && !second) {
        ++at_;
        address.kind = SedAddress::Kind::step;
        address.step = number();
      }
    } else if (second && (c == '+' || c == '~')) {
      ++at_;
      if (!is_digit(peek())) return fail("expected number");
      address.kind =
          c == '+' ? SedAddress::Kind::plus : SedAddress::Kind::multiple;
      address.first = number();
    }
    return address;
  }

  Result<SedAddress> regex_address() {
    char delimiter = text_[at_++];
    if (delimiter == '\\') {
      if (!more()) return fail("unexpected end of script");
      delimiter = text_[at_++];
    }
    const std::optional<std::string> pattern = delimited(delimiter, true);
    if (!pattern) return fail("unterminated address regex");
    SedAddress address;
    address.kind = SedAddress::Kind::regex;
    bool fold = false, multiline = false;
    for (; peek() == 'I' || peek() == 'M'; ++at_) {
      fold = fold || peek() == 'I';
      multiline = multiline || peek() == 'M';
    }
    if (pattern->empty()) return address;
    const Result<Regex> regex = compile(*pattern, fold, multiline);
    if (!regex) return regex.error();
    address.regex = *regex;
    return address;
  }

  Result<Regex> compile(std::string_view pattern, bool fold, bool multiline) {
    RegexSyntax syntax;
    syntax.extended = extended_;
    syntax.ignore_case = fold;
    syntax.multiline = multiline;
    syntax.stray_parenthesis = false;
    const Result<Regex> regex = Regex::compile(sed_regex_text(pattern), syntax);
    if (!regex) return fail(regex.error().text);
    return *regex;
  }

  std::int64_t number() {
    std::int64_t value = 0;
    while (is_digit(peek())) {
      value = std::min<std::int64_t>(value * 10 + (text_[at_++] - '0'),
                                     1'000'000'000'000);
    }
    return value;
  }

  /// Text up to the delimiter, which is taken too.  An escaped delimiter loses
  /// its backslash, an escaped newline stays.
  std::optional<std::string> delimited(char delimiter, bool regex) {
    std::string out;
    while (more()) {
      const char c = text_[at_++];
      if (c == delimiter) return out;
      if (c == '\n' && regex) return std::nullopt;
      if (c == '[' && regex) {
        out += bracket();
        continue;
      }
      if (c != '\\' || !more()) {
        out += c;
        continue;
      }
      const char next = text_[at_++];
      if (next == delimiter) {
        out += next;
        continue;
      }
      if (regex && next == 'n' && delimiter != 'n') {
        out += '\n';
        continue;
      }
      out += c;
      out += next;
    }
    return std::nullopt;
  }

  /// A bracket expression whose '[' has been taken: delimiters and backslashes
  /// in it mean themselves.  Only the '[' when nothing closes it.
  std::string bracket() {
    std::size_t at = at_;
    if (at < text_.size() && text_[at] == '^') ++at;
    if (at < text_.size() && text_[at] == ']') ++at;
    while (at < text_.size() && text_[at] != ']' && text_[at] != '\n') {
      const bool named =
          text_[at] == '[' && at + 1 < text_.size() &&
          std::string_view(":.=").find(text_[at + 1]) != std::string_view::npos;
      const std::size_t end =
          named ? text_.find(std::string{text_[at + 1], ']'}, at + 2)
                : text_.npos;
      at = end == text_.npos ? at + 1 : end + 2;
    }
    if (at >= text_.size() || text_[at] != ']') return "[";
    const std::string out = "[" + text_.substr(at_, at + 1 - at_);
    at_ = at + 1;
    return out;
  }

  Outcome arguments(SedCommand command) {
    const char name = command.name;
    switch (name) {
      case '{':
        return open_block(std::move(command));
      case '}':
        return close_block(command);
      case '#':
        return comment(command);
      case ':':
        return label(std::move(command));
      case 'a':
      case 'i':
      case 'c':
        return text_command(std::move(command));
      case 's':
        return substitution(std::move(command));
      case 'y':
        return transliteration(std::move(command));
      case 'r':
      case 'R':
      case 'w':
      case 'W':
        return file_command(std::move(command));
      case 'b':
      case 't':
      case 'T':
        return jump(std::move(command));
      case 'q':
      case 'Q':
        if (command.to.kind != SedAddress::Kind::none) {
          return fail("command only uses one address");
        }
        [[fallthrough]];
      case 'l':
      case 'L':
        skip_blanks();
        if (is_digit(peek())) command.number = static_cast<int>(number());
        return finish(std::move(command));
      case '=':
      case 'd':
      case 'D':
      case 'F':
      case 'g':
      case 'G':
      case 'h':
      case 'H':
      case 'n':
      case 'N':
      case 'p':
      case 'P':
      case 'x':
      case 'z':
        return finish(std::move(command));
      case 'e':
        return fail("drydock: the `e' command is not modelled");
      default:
        return fail(fmt::format("unknown command: `{}'", name));
    }
  }

  /// What may stand behind a command: blanks, then ; } # or a newline.
  Outcome finish(SedCommand command) {
    skip_blanks();
    if (peek() == '\r') ++at_;
    const char c = peek();
    if (more() && c != '\n' && c != ';' && c != '}' && c != '#') {
      ++at_;
      return fail("extra characters after command");
    }
    if (c == ';' || c == '\n') ++at_;
    script_.commands.push_back(std::move(command));
    return done();
  }

  Outcome open_block(SedCommand command) {
    blocks_.push_back(script_.commands.size());
    script_.commands.push_back(std::move(command));
    return done();
  }

  Outcome close_block(const SedCommand& command) {
    if (command.from.kind != SedAddress::Kind::none) {
      return fail("} doesn't want any addresses");
    }
    if (blocks_.empty()) return fail("unexpected `}'");
    script_.commands[blocks_.back()].target =
        static_cast<int>(script_.commands.size());
    blocks_.pop_back();
    SedCommand end;
    end.name = '}';
    return finish(std::move(end));
  }

  Outcome comment(const SedCommand& command) {
    if (command.from.kind != SedAddress::Kind::none) {
      return fail("comments don't accept any addresses");
    }
    while (more() && peek() != '\n') ++at_;
    return done();
  }

  std::string word() {
    skip_blanks();
    std::string out;
    while (more() && peek() != '\n' && peek() != ';' && !is_blank(peek())) {
      out += text_[at_++];
    }
    return out;
  }

  Outcome label(SedCommand command) {
    if (command.from.kind != SedAddress::Kind::none) {
      return fail(": doesn't want any addresses");
    }
    command.text = word();
    if (command.text.empty()) return fail("\":\" lacks a label");
    labels_[command.text] = static_cast<int>(script_.commands.size());
    script_.commands.push_back(std::move(command));
    return done();
  }

  Outcome jump(SedCommand command) {
    skip_blanks();
    while (more() && peek() != '\n' && peek() != ';' && peek() != '}' &&
           !is_blank(peek())) {
      command.text += text_[at_++];
    }
    return finish(std::move(command));
  }

  Outcome file_command(SedCommand command) {
    skip_blanks();
    while (more() && peek() != '\n') command.text += text_[at_++];
    if (command.text.empty()) {
      return fail("missing filename in r/R/w/W commands");
    }
    script_.commands.push_back(std::move(command));
    return done();
  }

  /// a\, newline, text; or GNU's "a text" on one line.
  Outcome text_command(SedCommand command) {
    skip_blanks();
    if (!more()) return fail("expected \\ after `a', `c' or `i'");
    if (peek() == '\\') {
      ++at_;
      const std::size_t behind = at_;
      skip_blanks();
      if (peek() == '\n') {
        ++at_;
      } else {
        at_ = behind;
      }
    }
    std::string text;
    while (more()) {
      char c = text_[at_++];
      if (c == '\n') break;
      if (c == '\\') {
        if (!more()) break;
        c = text_[at_++];
      }
      text += c;
    }
    command.text = text + '\n';
    script_.commands.push_back(std::move(command));
    return done();
  }

  Outcome substitution(SedCommand command) {
    if (!more()) return fail("unterminated `s' command");
    const char delimiter = text_[at_++];
    const auto pattern = delimited(delimiter, true);
    if (!pattern) return fail("unterminated `s' command");
    const auto right = delimited(delimiter, false);
    if (!right) return fail("unterminated `s' command");
    command.replacement = sed_replacement(*right);
    bool fold = false, multiline = false;
    const Outcome flags = this->flags(&command, &fold, &multiline);
    if (!flags) return flags;
    if (!pattern->empty()) {
      const Result<Regex> regex = compile(*pattern, fold, multiline);
      if (!regex) return regex.error();
      command.regex = *regex;
      for (const SedPiece& piece : command.replacement) {
        if (piece.group <= regex->groups()) continue;
        return fail(fmt::format("invalid reference \\{} on `s' command's RHS",
                                piece.group));
      }
    }
    if (!command.write_to.empty()) {
      script_.commands.push_back(std::move(command));
      return done();
    }
    return finish(std::move(command));
  }

  Outcome flags(SedCommand* command, bool* fold, bool* multiline) {
    bool numbered = false;
    for (;; ++at_) {
      const char c = peek();
      switch (c) {
        case 'g':
          if (command->global) {
            return fail("multiple `g' options to `s' command");
          }
          command->global = true;
          break;
        case 'p':
          if (command->print) {
            return fail("multiple `p' options to `s' command");
          }
          command->print = true;
          break;
        case 'i':
        case 'I':
          *fold = true;
          break;
        case 'm':
        case 'M':
          *multiline = true;
          break;
        case 'e':
          return fail("drydock: the flag `e' of `s' is not modelled");
        case 'w':
          return write_flag(command);
        default:
          if (is_digit(c)) {
            if (numbered) {
              return fail("multiple number options to `s' command");
            }
            numbered = true;
            command->occurrence = static_cast<int>(number());
            if (command->occurrence == 0) {
              return fail("number option to `s' command may not be zero");
            }
            --at_;
            break;
          }
          return end_of_flags();
      }
    }
  }

  Outcome end_of_flags() {
    const char c = peek();
    if (!more() || c == '\n' || c == ';' || c == '}' || c == '#' ||
        is_blank(c) || c == '\r') {
      return done();
    }
    ++at_;
    return fail("unknown option to `s'");
  }

  Outcome write_flag(SedCommand* command) {
    ++at_;
    skip_blanks();
    while (more() && peek() != '\n') command->write_to += text_[at_++];
    if (command->write_to.empty()) {
      return fail("missing filename in r/R/w/W commands");
    }
    return done();
  }

  Outcome transliteration(SedCommand command) {
    if (!more()) return fail("unterminated `y' command");
    const char delimiter = text_[at_++];
    const auto left = delimited(delimiter, false);
    const auto right = left ? delimited(delimiter, false) : left;
    if (!right) return fail("unterminated `y' command");
    const auto from = sed_y_text(*left), to = sed_y_text(*right);
    if (!from || !to || from->size() != to->size()) {
      return fail("strings for `y' command are different lengths");
    }
    for (int c = 0; c < 256; ++c) command.text += static_cast<char>(c);
    for (std::size_t i = 0; i < from->size(); ++i) {
      command.text[static_cast<unsigned char>((*from)[i])] = (*to)[i];
    }
    return finish(std::move(command));
  }

  Outcome link() {
    for (SedCommand& command : script_.commands) {
      const bool jumps =
          command.name == 'b' || command.name == 't' || command.name == 'T';
      if (!jumps) continue;
      if (command.text.empty()) {
        command.target = static_cast<int>(script_.commands.size());
        continue;
      }
      const auto label = labels_.find(command.text);
      if (label == labels_.end()) {
        return Error{
            fmt::format("can't find label for jump to `{}'", command.text)};
      }
      command.target = label->second;
    }
    return done();
  }

  const std::vector<SedSource>& sources_;
  bool extended_;
  std::string text_;
  std::vector<std::size_t> starts_;  // Of each source in text_.
  std::size_t at_ = 0;
  SedScript script_;
  std::vector<std::size_t> blocks_;
  std::map<std::string, int> labels_;
};

}  // namespace

Result<SedScript> parse_sed(const std::vector<SedSource>& sources,
                            bool extended) {
  return Parser(sources, extended).parse();
}

}  // namespace drydock::userland
