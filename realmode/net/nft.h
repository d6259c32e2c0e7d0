// nft.h — rules of a packet filter, by way of nft(8).

#pragma once

#include <string>

#include "sim/base/result.h"

namespace drydock::realmode {

/// Carries out a script in the network namespace that the caller is in; what
/// nft(8) has to say about it is the error, also that it is not there.
Outcome run_nft(const std::string& script);

}  // namespace drydock::realmode
