// awk_machine.h — runs an awk program: fields, variables, the stack.

#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/prng.h"
#include "sim/userland/output.h"
#include "sim/userland/text/awk_program.h"
#include "sim/userland/text/awk_streams.h"
#include "sim/userland/text/regex.h"

namespace drydock::userland {

/// What differs between mawk, gawk and busybox.
enum class AwkDialect { mawk, gawk, busybox };

class AwkMachine {
 public:
  AwkMachine(Output& out, const AwkProgram& program, AwkDialect dialect);

  void set_field_separator(std::string_view text);
  void set_arguments(const List& arguments);

  /// "name=value": -v and operands; false when it is none.
  bool assign(std::string_view text);

  /// BEGIN, the records, END; the exit status.
  Task<int> run();

 private:
  enum class Flow { done, next, next_file, exit, failed };
  struct Frame {
    int return_to = 0;
    std::size_t base = 0;   // Of its locals on the stack.
    std::size_t loops = 0;  // for-in loops begun before it.
  };
  struct Each {
    List subscripts;
    std::size_t at = 0;
  };

  // The stack machine (awk_machine.cc).
  Task<Flow> execute(int entry);
  bool waits(const AwkInstruction& instruction) const;
  Task<void> wait_for(AwkInstruction instruction);
  void step(const AwkInstruction& instruction);
  void step_value(const AwkInstruction& instruction);
  void step_place(const AwkInstruction& instruction);
  void step_array(const AwkInstruction& instruction);
  void step_control(const AwkInstruction& instruction);
  void arithmetic(int letter);
  void compare(int letter);
  void enter(int function, int arguments);
  void leave();
  void fail(std::string text);

  AwkValue pop();
  void push(AwkValue value) { stack_.push_back(std::move(value)); }
  void push(double number) { push(AwkValue::of(number)); }
  void push(std::string text) { push(AwkValue::of(std::move(text))); }

  // Places and fields (awk_places.cc).
  AwkValue& variable(AwkPlace place, int index);
  AwkArray& array(AwkPlace place, int index);
  AwkValue load(AwkPlace place, int index, const std::string& subscript);
  void store(AwkPlace place, int index, const std::string& subscript,
             AwkValue value);
  static bool has_subscript(AwkPlace place);
  std::string convfmt() const;
  std::string text_of_special(AwkSpecial special) const;
  void set_special(AwkSpecial special, AwkValue value);
  void set_record(std::string text);
  void split_record();
  void join_record();
  AwkValue field(std::int64_t index);
  void set_field(std::int64_t index, AwkValue value);
  void set_field_count(std::int64_t count);
  List split_text(const std::string& text, const std::string& separator);
  std::optional<Regex> regex(const std::string& pattern);
  bool matches(const std::string& text, const std::string& pattern);
  std::string text(const AwkValue& value) const {
    return value.to_text(convfmt());
  }

  // Built-in functions (awk_builtins.cc).
  void builtin(const AwkInstruction& instruction);
  void builtin_text(std::string_view name, std::vector<AwkValue> arguments);
  void builtin_number(std::string_view name,
                      const std::vector<AwkValue>& arguments);
  void substr(const std::vector<AwkValue>& arguments);
  void split(std::vector<AwkValue> arguments);
  void match(std::vector<AwkValue> arguments);
  void substitute(bool all, bool subscripted);
  void gensub(const std::vector<AwkValue>& arguments);
  std::string replace(const std::string& subject, const Regex& pattern,
                      const std::string& by, int which, bool groups);

  // What waits (awk_input.cc).
  Task<int> next_record(std::string* record);
  Task<bool> next_file();
  Task<void> getline(int mode);
  Task<void> print(AwkInstruction instruction);
  Task<void> builtin_that_waits(AwkInstruction instruction);
  std::string printed(const AwkInstruction& instruction);

  Output& out_;
  kernel::Process& self_;
  const AwkProgram& program_;
  AwkDialect dialect_;
  AwkStreams streams_;
  std::vector<AwkValue> globals_;
  std::vector<AwkValue> stack_;
  std::vector<Frame> frames_;
  std::vector<Each> each_;
  std::vector<char> ranges_;
  std::map<std::string, Regex> regexes_;
  int pc_ = 0;
  std::string error_;
  Flow flow_ = Flow::done;
  bool running_ = false;
  int status_ = 0;
  double count_ = 0;  // Of the last sub or gsub.
  std::string line_;  // What getline read.
  int got_ = 0;

  std::string record_;
  bool record_valid_ = true, fields_valid_ = true;
  std::vector<AwkValue> fields_;  // From $1.

  std::unique_ptr<AwkRecords> input_;
  kernel::Fd input_fd_ = -1;
  std::int64_t next_argument_ = 1;
  bool any_file_ = false, input_ended_ = false;
  Prng chance_{0};
  double seed_ = 0;
};

}  // namespace drydock::userland
