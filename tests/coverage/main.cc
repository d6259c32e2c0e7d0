// main.cc — coverage --write | --check [ROOT]: the tables made from the tree.

#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

#include "tests/coverage/report.h"

namespace {

std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

bool write(const std::string& path, const std::string& content) {
  std::ofstream out(path, std::ios::binary);
  out << content;
  out.close();
  return bool(out);
}

/// Tells what is not so; 1 if anything is not.
int check(const std::string& tables, const std::string& hints,
          const std::string& root) {
  using namespace drydock::coverage;
  int status = 0;
  for (const std::string& claim : false_claims(root, content_of(tables))) {
    std::fprintf(stderr, "%s: not so any more: %s\n", tables.c_str(),
                 claim.c_str());
    status = 1;
  }
  if (content_of(hints) != hints_page()) {
    std::fprintf(stderr, "%s is stale\n", hints.c_str());
    status = 1;
  }
  if (status != 0) std::fputs("`./dev coverage` makes them anew\n", stderr);
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode != "--write" && mode != "--check") {
    std::fputs("usage: coverage --write | --check [ROOT]\n", stderr);
    return 2;
  }
  const std::string root = argc > 2 ? argv[2] : ".";
  const std::string tables = root + "/tests/conformance/coverage.md";
  const std::string hints = root + "/book/hints.md";
  if (mode == "--check") return check(tables, hints, root);
  using namespace drydock::coverage;
  const bool written =
      write(tables, coverage_page(root)) && write(hints, hints_page());
  return written ? 0 : 2;
}
