// test_expression.cc — POSIX's rules by the number of arguments, then grammar.

#include "sim/userland/test_expression.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

namespace drydock::userland {

namespace {

constexpr std::string_view kUnary = "bcdefghknoprstuvwxzGLNORS";
constexpr std::array<std::string_view, 17> kBinary = {
    "=",   "==",  "!=",  "-eq", "-ne", "-lt", "-le", "-gt", "-ge",
    "-nt", "-ot", "-ef", "<",   ">",   "-a",  "-o",  "=~"};
constexpr int kDeepest = 500;

bool is_unary(const std::string& word) {
  return word.size() == 2 && word[0] == '-' &&
         kUnary.find(word[1]) != std::string_view::npos;
}

bool is_primary(const std::string& word) {
  if (word == "-a" || word == "-o" || word == "=~") return false;
  return std::ranges::find(kBinary, word) != kBinary.end();
}

/// An optional sign and digits, blanks around; false when it is none.  Beyond
/// 64 bits it saturates.
std::optional<std::int64_t> number_of(std::string_view text) {
  text = trim(text);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    if (value > (INT64_MAX - (c - '0')) / 10) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return negative ? -value : value;
}

class Evaluator {
 public:
  Evaluator(kernel::Process& self, const List& words,
            const TestOptions& options)
      : self_(self), words_(words), options_(options) {}

  TestAnswer run() {
    const bool holds =
        options_.style == Style::dash ? by_dash() : by_count(0, words_.size());
    if (!error_.empty()) return {false, error_};
    return {holds, ""};
  }

 private:
  using Style = TestStyle;

  bool fail(std::string text) {
    if (error_.empty()) error_ = std::move(text);
    at_ = words_.size();
    return false;
  }
  bool fail_operator(const std::string& word, bool binary) {
    switch (options_.style) {
      case Style::bash:
        return fail(fmt::format("{}: {} operator expected", word,
                                binary ? "binary" : "unary"));
      case Style::gnu:
        return fail(fmt::format("'{}': {} operator expected", word,
                                binary ? "binary" : "unary"));
      case Style::busybox:
        return fail(word + ": unknown operand");
      case Style::dash:
        break;
    }
    return fail(word + ": unexpected operator");
  }

  /// POSIX.1-2017, XCU test, "EXTENDED DESCRIPTION".
  bool by_count(std::size_t begin, std::size_t count) {
    const auto word = [&](std::size_t i) -> const std::string& {
      return words_[begin + i];
    };
    if (count == 0) return false;
    if (count == 1) return !word(0).empty();
    if (count == 2) {
      if (word(0) == "!") return word(1).empty();
      if (is_unary(word(0))) return unary(word(0), word(1));
      return fail_operator(word(0), false);
    }
    if (count == 3) {
      if (is_primary(word(1))) return binary(word(0), word(1), word(2));
      if (word(1) == "-a") return !word(0).empty() && !word(2).empty();
      if (word(1) == "-o") return !word(0).empty() || !word(2).empty();
      if (word(0) == "!") return !by_count(begin + 1, 2);
      if (word(0) == "(" && word(2) == ")") return !word(1).empty();
      return fail_operator(word(options_.style == Style::dash ? 0 : 1), true);
    }
    if (count == 4) {
      if (word(0) == "!") return !by_count(begin + 1, 3);
      if (word(0) == "(" && word(3) == ")") return by_count(begin + 1, 2);
    }
    at_ = begin;
    end_ = begin + count;
    const bool holds = either();
    if (error_.empty() && at_ < end_) {
      if (options_.style == Style::bash) return fail("too many arguments");
      if (options_.style == Style::gnu) {
        return fail(fmt::format("extra argument '{}'", words_[at_]));
      }
      return fail_operator(words_[at_], true);
    }
    return holds;
  }

  // --- dash's own way ------------------------------------------------------
  // One operator at a time, with a look at its neighbours: so `[ -a -a ]` is
  // an empty string joined to nothing, and `==` no operator at all.

  enum class Lexeme {
    end,
    operand,
    unary,
    binary,
    negation,
    both,
    either,
    open,
    close
  };

  static Lexeme dash_operator(const std::string& word) {
    if (word == "!") return Lexeme::negation;
    if (word == "-a") return Lexeme::both;
    if (word == "-o") return Lexeme::either;
    if (word == "(") return Lexeme::open;
    if (word == ")") return Lexeme::close;
    constexpr std::string_view kLetters = "rwxefdcbpugkstznhOGLS";
    const bool letter = word.size() == 2 && word[0] == '-' &&
                        kLetters.find(word[1]) != std::string_view::npos;
    if (letter) return Lexeme::unary;
    const bool foreign = word == "==" || word == "=~";
    return is_primary(word) && !foreign ? Lexeme::binary : Lexeme::operand;
  }

  Lexeme lexeme(std::size_t at) const {
    if (at >= end_) return Lexeme::end;
    const Lexeme kind = dash_operator(words_[at]);
    const bool last = at + 1 >= end_;
    if (kind == Lexeme::open && last) return Lexeme::operand;
    if (kind != Lexeme::unary) return kind;
    const bool compared =
        at + 2 < end_ && dash_operator(words_[at + 1]) == Lexeme::binary;
    return last || compared ? Lexeme::operand : Lexeme::unary;
  }

  bool by_dash() {
    end_ = words_.size();
    if (end_ == 0) return false;
    bool turned = false;
    const bool compares =
        end_ == 3 && dash_operator(words_[1]) == Lexeme::binary;
    if (!compares && (end_ == 3 || end_ == 4)) {
      if (words_.front() == "(" && words_[end_ - 1] == ")") {
        ++at_;
        --end_;
      } else if (words_.front() == "!") {
        turned = true;
        ++at_;
      }
    }
    const bool holds =
        dash_either(compares ? Lexeme::operand : lexeme(at_)) != turned;
    if (error_.empty() && at_ + 1 < end_) {
      return fail_operator(words_[at_], true);
    }
    return holds;
  }

  bool dash_either(Lexeme first) {
    bool holds = false;
    for (Lexeme kind = first;; kind = lexeme(at_ += 2)) {
      const bool right = dash_both(kind);
      holds = holds || right;
      if (!error_.empty() || lexeme(at_ + 1) != Lexeme::either) return holds;
    }
  }

  bool dash_both(Lexeme first) {
    bool holds = true;
    for (Lexeme kind = first;; kind = lexeme(at_ += 2)) {
      const bool right = dash_negation(kind);
      holds = holds && right;
      if (!error_.empty() || lexeme(at_ + 1) != Lexeme::both) return holds;
    }
  }

  bool dash_negation(Lexeme kind) {
    if (++depth_ > kDeepest) return fail("expression is nested too deeply");
    bool holds = false;
    if (kind == Lexeme::negation) {
      const Lexeme next = lexeme(at_ + 1);
      if (next != Lexeme::end) ++at_;
      holds = !dash_negation(next);
    } else {
      holds = dash_primary(kind);
    }
    --depth_;
    return holds;
  }

  bool dash_primary(Lexeme kind) {
    if (kind == Lexeme::end) return false;
    if (kind == Lexeme::open) {
      const Lexeme next = lexeme(++at_);
      if (next == Lexeme::close) return false;
      const bool holds = dash_either(next);
      if (!error_.empty()) return false;
      if (lexeme(++at_) != Lexeme::close) return fail("closing paren expected");
      return holds;
    }
    if (kind == Lexeme::unary) {
      const std::string& op = words_[at_];
      if (++at_ >= end_) return fail(op + ": argument expected");
      return unary(op, words_[at_]);
    }
    if (lexeme(at_ + 1) == Lexeme::binary) {
      if (at_ + 2 >= end_) return fail(words_[at_ + 1] + ": argument expected");
      at_ += 2;
      return binary(words_[at_ - 2], words_[at_ - 1], words_[at_]);
    }
    return !words_[at_].empty();
  }

  bool next_is(std::string_view word) const {
    return at_ < end_ && words_[at_] == word;
  }

  bool either() {
    bool holds = both();
    while (error_.empty() && next_is("-o")) {
      ++at_;
      const bool right = both();
      holds = holds || right;
    }
    return holds;
  }

  bool both() {
    bool holds = primary();
    while (error_.empty() && next_is("-a")) {
      ++at_;
      const bool right = primary();
      holds = holds && right;
    }
    return holds;
  }

  bool primary() {
    if (++depth_ > kDeepest) return fail("expression is nested too deeply");
    const bool holds = primary_inside();
    --depth_;
    return holds;
  }

  bool primary_inside() {
    if (at_ >= end_) {
      return fail(
          options_.style == Style::gnu
              ? fmt::format("missing argument after '{}'", words_.back())
              : "argument expected");
    }
    const bool compares = at_ + 2 < end_ && is_primary(words_[at_ + 1]);
    if (next_is("!") && !compares) {
      ++at_;
      return !primary();
    }
    if (next_is("(") && !compares) {
      ++at_;
      const bool holds = either();
      if (!error_.empty()) return false;
      if (!next_is(")")) {
        return fail(options_.style == Style::bash ? "`)' expected"
                                                  : "closing paren expected");
      }
      ++at_;
      return holds;
    }
    if (compares) {
      const std::size_t first = at_;
      at_ += 3;
      return binary(words_[first], words_[first + 1], words_[first + 2]);
    }
    const std::string& word = words_[at_];
    const bool joins =
        at_ + 1 < end_ && (words_[at_ + 1] == "-a" || words_[at_ + 1] == "-o");
    if (is_unary(word) && at_ + 1 < end_ && !(joins && at_ + 2 < end_)) {
      at_ += 2;
      return unary(word, words_[at_ - 1]);
    }
    ++at_;
    return !word.empty();
  }

  bool unary(const std::string& op, const std::string& operand) {
    const char letter = op[1];
    if (letter == 'n') return !operand.empty();
    if (letter == 'z') return operand.empty();
    if (letter == 'v') {
      return options_.is_variable && options_.is_variable(operand);
    }
    if (letter == 'o') return options_.is_option && options_.is_option(operand);
    if (letter == 't') {
      const std::optional<std::int64_t> fd = number_of(operand);
      if (!fd) return fail_number(operand);
      return self_.isatty(static_cast<kernel::Fd>(*fd));
    }
    if (letter == 'r') return allowed(operand, 4);
    if (letter == 'w') return allowed(operand, 2);
    if (letter == 'x') return allowed(operand, 1);
    const bool link = letter == 'h' || letter == 'L';
    const auto file = link ? self_.lstat(operand) : self_.stat(operand);
    return file && holds_of(letter, *file);
  }

  bool allowed(const std::string& path, unsigned access) {
    return static_cast<bool>(self_.access(path, access));
  }

  bool holds_of(char letter, const vfs::Attributes& file) {
    using vfs::FileType;
    switch (letter) {
      case 'e':
        return true;
      case 'f':
        return file.type == FileType::regular;
      case 'd':
        return file.type == FileType::directory;
      case 'h':
      case 'L':
        return file.type == FileType::symlink;
      case 'b':
        return file.type == FileType::block_device;
      case 'c':
        return file.type == FileType::char_device;
      case 'p':
        return file.type == FileType::fifo;
      case 'S':
        return file.type == FileType::socket;
      case 's':
        return file.size > 0;
      case 'u':
        return (file.mode & 04000) != 0;
      case 'g':
        return (file.mode & 02000) != 0;
      case 'k':
        return (file.mode & 01000) != 0;
      case 'O':
        return file.uid == self_.credentials().uid;
      case 'G':
        return file.gid == self_.credentials().gid;
      case 'N':
        return file.atime <= file.mtime;
      default:
        return false;
    }
  }

  bool fail_number(const std::string& word) {
    switch (options_.style) {
      case Style::bash:
        return fail(word + ": integer expression expected");
      case Style::gnu:
        return fail(fmt::format("invalid integer '{}'", word));
      case Style::busybox:
        return fail(word + ": bad number");
      case Style::dash:
        break;
    }
    return fail("Illegal number: " + word);
  }

  bool binary(const std::string& left, const std::string& op,
              const std::string& right) {
    if (op == "=" || op == "==") return left == right;
    if (op == "!=") return left != right;
    if (op == "<") return left < right;
    if (op == ">") return left > right;
    if (op == "-nt" || op == "-ot" || op == "-ef") {
      return files(left, op, right);
    }
    const std::optional<std::int64_t> a = number_of(left);
    if (!a) return fail_number(left);
    const std::optional<std::int64_t> b = number_of(right);
    if (!b) return fail_number(right);
    if (op == "-eq") return *a == *b;
    if (op == "-ne") return *a != *b;
    if (op == "-lt") return *a < *b;
    if (op == "-le") return *a <= *b;
    if (op == "-gt") return *a > *b;
    return *a >= *b;
  }

  bool files(const std::string& left, const std::string& op,
             const std::string& right) {
    const auto a = self_.stat(left);
    const auto b = self_.stat(right);
    if (op == "-ef") {
      const auto first = self_.resolve(left, vfs::Last::follow);
      const auto second = self_.resolve(right, vfs::Last::follow);
      return a && b && first && second && a->ino == b->ino &&
             first->inode == second->inode;
    }
    if (options_.style == Style::dash && (!a || !b)) return false;
    if (op == "-nt") return a && (!b || a->mtime > b->mtime);
    return b && (!a || a->mtime < b->mtime);
  }

  kernel::Process& self_;
  const List& words_;
  const TestOptions& options_;
  std::size_t at_ = 0, end_ = 0;
  int depth_ = 0;
  std::string error_;
};

}  // namespace

TestAnswer test_expression(kernel::Process& self, const List& words,
                           const TestOptions& options) {
  return Evaluator(self, words, options).run();
}

}  // namespace drydock::userland
