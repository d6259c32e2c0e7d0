// hello.cc — the program of the hello-world image: what just happened, told by
// the container itself.

#include "sim/userland/output.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {

constexpr std::string_view kText = R"(
Hello from Docker.
If you can read this, your installation seems to work.

To show you this text, Docker went through these steps:
 1. The client, "docker", sent your command to the daemon.
 2. The daemon had no image "hello-world", so it pulled one from the Docker Hub.
 3. The daemon made a container from that image; the program in it wrote what
    you are reading.
 4. The daemon streamed the output to the client, which put it on your terminal.

For something bigger, start a shell in an Ubuntu container:
 $ docker run -it ubuntu bash

)";

}  // namespace

Task<int> hello_main(kernel::Process& self) {
  Output out(self);
  out.say(kText);
  co_return co_await out.finish(0);
}

}  // namespace drydock::userland
