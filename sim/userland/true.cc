// true.cc — true and false: do nothing, well or badly.

#include "sim/userland/system.h"

namespace drydock::userland {

Task<int> true_main(kernel::Process&) { co_return 0; }

Task<int> false_main(kernel::Process&) { co_return 1; }

}  // namespace drydock::userland
