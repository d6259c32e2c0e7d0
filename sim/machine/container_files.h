// container_files.h — the ends of a container's streams, as open files.

#pragma once

#include <memory>
#include <vector>

#include "sim/kernel/open_file.h"
#include "sim/machine/streams.h"

namespace drydock::machine {

/// Standard output or error of a container without a terminal: looks like a
/// pipe to the process; what it writes is logged and delivered at once.
kernel::OpenFileRef output_file(std::shared_ptr<Streams> streams,
                                engine::Stream stream);

/// Standard input of a container that was made with -i.
kernel::OpenFileRef input_file(std::shared_ptr<Streams> streams);

/// Standard input of all others: /dev/null.
kernel::OpenFileRef null_file();

/// Descriptors 0, 1 and 2.
std::vector<kernel::OpenFileRef> standard_files(
    kernel::OpenFileRef in, const std::shared_ptr<Streams>& streams);

}  // namespace drydock::machine
