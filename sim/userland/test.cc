// test.cc — the programs test and [: test_expression.h with a process around
// it.

#include "sim/userland/output.h"
#include "sim/userland/system.h"
#include "sim/userland/test_expression.h"

namespace drydock::userland {

Task<int> test_main(kernel::Process& self) {
  Output out(self);
  List words(self.argv().begin() + 1, self.argv().end());
  if (vfs::base_name(self.argv().front()) == "[") {
    if (words.empty() || words.back() != "]") {
      out.complain(out.busybox() ? "missing ]" : "missing ']'");
      co_return co_await out.finish(2);
    }
    words.pop_back();
  }
  TestOptions options;
  options.style = out.busybox() ? TestStyle::busybox : TestStyle::gnu;
  const TestAnswer answer = test_expression(self, words, options);
  if (!answer.error.empty()) out.complain(answer.error);
  const int status = answer.status();
  co_return co_await out.finish(status, 2);
}

}  // namespace drydock::userland
