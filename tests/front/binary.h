// binary.h — build/drydock itself, run as a person would, and what it took.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace drydock::front::test {

struct Ended {
  std::string out, err;
  int status = 0;            // 128 + signal when one ended it.
  std::int64_t peak = 0;     // Most bytes of memory it had at a time.
  std::int64_t seconds = 0;  // Of processor: others' work does not count.
};

/// Runs build/drydock with these words; standard input is empty.
Ended drydock(std::vector<std::string> words);

/// Runs `drydock sh -c SCRIPT`.
Ended script(const std::string& script);

/// A folder of its own that goes with the test.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  std::string write(const std::string& name, const std::string& content) const;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// What no bad input may take: a sanitized build has shadows besides.
std::int64_t memory_bound();
std::int64_t seconds_bound();  // Of processor.

}  // namespace drydock::front::test
