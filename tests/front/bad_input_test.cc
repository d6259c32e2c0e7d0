// bad_input_test.cc — what means harm, or is broken, ends in a clear error, in
// bounded memory, and changes nothing.

#include <catch2/catch.hpp>

#include <string>

#include "sim/machine/script.h"
#include "tests/front/binary.h"

namespace drydock::front {

namespace {

using test::drydock;
using test::Ended;
using test::Folder;
using test::memory_bound;
using test::script;
using test::seconds_bound;

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// In this process, given up after few turns.
machine::ScriptResult given_up(std::string text, std::string* output) {
  machine::MachineOptions options;
  options.turn_limit = 30'000;
  machine::Machine machine(options);
  machine::ScriptStreams streams;
  streams.out = [output](std::string_view bytes) {
    if (output->size() < 1'000'000) *output += bytes;
  };
  streams.err = streams.out;
  return machine::run_script(machine, {"sh", "-c", std::move(text)}, "/root",
                             streams);
}

}  // namespace

// --- Endless ----------------------------------------------------------------

TEST_CASE("what runs without end is given up with a word of it") {
  for (const char* const endless : {
           "while :; do :; done",
           "docker run --rm busybox sh -c 'while :; do :; done'",
           "until false; do echo x; done | cat >/dev/null",
           "awk 'BEGIN { while (1) i++ }'",
           "yes >/dev/null",
           "seq 1 100000000000 >/dev/null",
           "cat /dev/zero >/dev/null",
           "cat /dev/zero | md5sum",
           "yes | cat >/dev/null",
           "f() { f | f & }; f; sleep 1; while :; do :; done",
           "while :; do sh -c : & done",
           "bash -c 'while ((1)); do ((i++)); done'",
       }) {
    INFO(endless);
    std::string output;
    const machine::ScriptResult result = given_up(endless, &output);
    CHECK(result.status == 137);
    CHECK(result.trouble == "the script runs without end and without waiting");
  }
}

TEST_CASE("a fork bomb in a container leaves the host as it was") {
  std::string output;
  (void)given_up(
      "docker run -d --name bomb busybox sh -c 'f() { f | f & }; f'; "
      "docker rm -f bomb; docker ps -aq; echo left",
      &output);
  CHECK(has(output, "left\n"));
}

TEST_CASE("an infinite loop ends in seconds, says why and what allows more") {
  const Ended ended = script("echo before; while :; do :; done; echo after");
  CHECK(ended.out == "before\n");
  CHECK(ended.err ==
        "drydock: the script runs without end and without waiting\n"
        "drydock: given up after 2500000 turns; --turns N allows more\n");
  CHECK(ended.status == 137);
  CHECK(ended.seconds <
        seconds_bound());  // Some 4 s of a processor, when it is not shared.
  CHECK(ended.peak < memory_bound());
  const Ended sooner =
      drydock({"--turns", "1000", "sh", "-c", "while :; do :; done"});
  CHECK(has(sooner.err, "given up after 1000 turns"));
}

TEST_CASE("numbers without end end in seconds too") {
  const Ended ended = script("seq 1 100000000000 >/dev/null");
  CHECK(ended.status == 137);
  CHECK(has(ended.err, "runs without end"));
  CHECK(ended.seconds < seconds_bound());
  CHECK(ended.peak < memory_bound());
}

TEST_CASE("a fork bomb is refused processes, dies out, and the host goes on") {
  const Ended ended = script("f() { f | f & }; f; sleep 1; echo alive");
  CHECK(has(ended.err, "sh: 1: Cannot fork\n"));
  CHECK(ended.out == "alive\n");
  CHECK(ended.status == 0);
  CHECK(ended.seconds < seconds_bound());
  CHECK(ended.peak < memory_bound());
}

// --- Files without end ------------------------------------------------------

TEST_CASE("a file that never ends fills the disk, and no more than that") {
  const Ended ended = script(
      "yes | cat > /f; echo status $?; docker run busybox true; rm /f; "
      "docker run busybox echo fine");
  CHECK(has(ended.err, "cat: write error: No space left on device"));
  CHECK(has(ended.out, "fine\n"));
  CHECK(ended.peak < memory_bound());
}

TEST_CASE("a container that fills its layer is told so, and the host goes on") {
  const Ended ended = script(
      "docker run --rm debian sh -c 'yes | cat > /f; echo status $?'; "
      "docker ps -aq; echo x > /y; cat /y");
  CHECK(has(ended.err, "No space left on device"));
  CHECK(ended.out == "status 1\nx\n");
  CHECK(ended.peak < memory_bound());
}

TEST_CASE("dd says how much there was room for") {
  const Ended ended = script("dd if=/dev/zero of=/f bs=1M count=100000");
  CHECK(ended.status == 1);
  CHECK(has(ended.err, "dd: error writing '/f': No space left on device"));
  CHECK(ended.peak < memory_bound());
}

TEST_CASE("what would be kept in memory has a bound too") {
  for (const char* const endless :
       {"x=$(cat /dev/zero); echo ${#x}", "x=$(yes); echo ${#x}",
        "x=xxxxxxxxxxxxxxxx; while :; do x=$x$x; done"}) {
    INFO(endless);
    const Ended ended = script(endless);
    CHECK(ended.err == "sh: 1: Out of space\n");
    CHECK(ended.status == 2);
    CHECK(ended.peak < memory_bound());
  }
}

TEST_CASE("ten gigabytes cannot be sorted") {
  const Ended ended = script("head -c 10G /dev/zero | sort; echo status $?");
  CHECK(has(ended.err, "sort: "));
  CHECK(ended.out == "status 2\n");
  CHECK(ended.peak < memory_bound());
}

// --- Long lines
// ---------------------------------------------------------------

TEST_CASE("a line of 100 MB passes through a pipe") {
  const Ended ended =
      script("head -c 100000000 /dev/zero | tr '\\0' x | sed s/x/y/ | wc -c");
  CHECK(ended.out == "100000000\n");
  CHECK(ended.peak < memory_bound());
}

TEST_CASE("a script may have a line of 100 MB") {
  const Folder folder;
  const std::string text =
      "echo " + std::string(100'000'000, 'x') + " | wc -c\n";
  const Ended ended = drydock({"sh", folder.write("long.sh", text)});
  CHECK(ended.out + ended.err == "100000001\n");
  CHECK(ended.peak < 2 * memory_bound());
}

TEST_CASE("a page with a line of 100 MB is refused, with the line's number") {
  const Folder folder;
  const std::string text = "# Page\n\n```console\n$ echo " +
                           std::string(100'000'000, 'x') + "\n```\n";
  const Ended ended = drydock({"replay", folder.write("long.md", text)});
  CHECK(ended.status == 2);
  CHECK(has(ended.err, "long.md:4: "));
  CHECK(ended.err.size() < 1000);
  CHECK(ended.peak < memory_bound());
}

TEST_CASE("a Dockerfile with a line of 10 MB is refused") {
  const Ended ended = script(
      "mkdir c; { echo FROM busybox; printf 'ENV A='; "
      "head -c 10000000 /dev/zero | tr '\\0' x; } > c/Dockerfile; "
      "docker build -q c; echo status $?; docker images -aq; docker ps -aq");
  CHECK(has(ended.err, "dockerfile line greater than maximum allowed size"));
  CHECK(has(ended.out, "status 1\n"));
  CHECK(ended.out.ends_with("status 1\n"));  // No image, no container.
  CHECK(ended.peak < memory_bound());
}

// --- Broken files
// -------------------------------------------------------------

TEST_CASE("a Dockerfile that cannot be read makes no image") {
  for (const char* const broken :
       {"mkdir c", "mkdir -p c/Dockerfile", "mkdir c; : > c/Dockerfile",
        "mkdir c; ln -s Dockerfile c/Dockerfile",
        "mkdir c; head -c 100000 /dev/urandom > c/Dockerfile"}) {
    INFO(broken);
    const Ended ended = script(std::string(broken) +
                               "; docker build -q c >/dev/null && echo built; "
                               "docker images -aq; docker ps -aq");
    CHECK(ended.out.empty());
    CHECK(!ended.err.empty());
  }
}

TEST_CASE("a page cut in half says where it ends, or replays what is there") {
  const Folder folder;
  const std::string whole =
      "# Page\n\n```console\n$ echo one\none\n$ echo two\ntwo\n```\n";
  for (std::size_t at = 0; at < whole.size(); ++at) {
    const std::string half = whole.substr(0, at);
    const Ended ended = drydock({"replay", folder.write("half.md", half)});
    INFO(half << "\n---\n" << ended.out << ended.err);
    const bool in_block = at > whole.find("```") + 3 && at < whole.size() - 1;
    if (in_block) CHECK(ended.status == 2);
    if (in_block) CHECK(has(ended.err, "half.md:"));
    CHECK(ended.status <= 2);
  }
}

TEST_CASE("links in a circle are an error for all who follow them") {
  const Ended ended = script(
      "ln -s a b; ln -s b a; cat a; cd a; docker build a; docker cp a x:/");
  CHECK(has(ended.err, "cat: a: Too many levels of symbolic links\n"));
  CHECK(ended.status != 0);
}

TEST_CASE("an archive writes nothing outside of where it is unpacked") {
  const Folder folder;
  // Members "../../evil" and "/evil", made by hand: 512 bytes of header each.
  const auto member = [](const std::string& name) {
    std::string header(512, '\0');
    header.replace(0, name.size(), name);
    header.replace(100, 7, "0000644");
    header.replace(108, 7, "0000000");
    header.replace(116, 7, "0000000");
    header.replace(124, 11, "00000000005");
    header.replace(136, 11, "00000000000");
    header.replace(148, 8, "        ");
    header[156] = '0';
    header.replace(257, 8, std::string("ustar\00000", 8));
    unsigned sum = 0;
    for (const char c : header) sum += static_cast<unsigned char>(c);
    char octal[8];
    std::snprintf(octal, sizeof octal, "%06o", sum);
    header.replace(148, 7, std::string(octal, 7));
    std::string body = "evil\n";
    body.resize(512, '\0');
    return header + body;
  };
  folder.write("t.tar", member("../../evil") + member("/evil") +
                            std::string(1024, '\0'));
  folder.write("Dockerfile", "FROM busybox\nADD t.tar /a/b/\n");
  const Ended ended =
      drydock({"sh", "--with", folder.path() + ":/root/c", "-c",
               "cd c; tar -xf t.tar 2>&1; docker import - evil < t.tar; "
               "docker build -q . ; ls -d /evil /root/evil /var/evil; "
               "ls -d /var/lib/docker/evil"});
  INFO(ended.out << ended.err);
  CHECK(has(ended.err, "cannot access '/evil'"));
  CHECK(has(ended.err, "cannot access '/root/evil'"));
  CHECK(has(ended.err, "cannot access '/var/lib/docker/evil'"));
}

TEST_CASE("noise is no image archive") {
  const Ended ended = script(
      "head -c 1000 /dev/urandom | docker load; echo $?; "
      "head -c 1000 /dev/urandom | docker import - x; echo $?; "
      "head -c 1000 /dev/urandom | docker build -; echo $?; docker images -aq");
  INFO(ended.err);
  CHECK(ended.out.ends_with("1\n"));
  CHECK(has(ended.err, "unexpected EOF"));
}

// --- Deep
// -----------------------------------------------------------------------

TEST_CASE("what calls itself without end is stopped with a word of it") {
  const std::pair<const char*, const char*> deep[] = {
      {"f() { f; }; f", "maximum function nesting level exceeded"},
      {"bash -c 'f() { f; }; f'", "maximum function nesting level exceeded"},
      {"f() { echo $(f); }; f", "Cannot fork"},
      {"x='eval \"$x\"'; eval \"$x\"", "maximum eval nesting level exceeded"},
      {"echo '. /s' > /s; . /s", "nesting level exceeded"},
      {"echo 'sh /s' > /s; sh /s", "Cannot fork"},
      {"echo 'exec sh -c \"sh /s; :\"' > /s; sh /s", "Cannot fork"},
      {"awk 'function f(n) { return f(n+1) } BEGIN { f(1) }'",
       "nesting too deep"},
      {"head -c 1000000 /dev/zero | tr '\\0' '(' > /p; sh /p", "too deeply"},
      {"i=0; while [ $i -lt 2000 ]; do echo 'if :; then'; i=$((i+1)); done > "
       "/p;"
       " sh /p",
       "too deeply"},
  };
  for (const auto& [text, complaint] : deep) {
    INFO(text);
    const Ended ended = script(text);
    INFO(ended.err.substr(0, 500));
    CHECK(has(ended.err, complaint));
    CHECK(ended.status < 128);
    CHECK(ended.peak < memory_bound());
  }
}

// --- Large
// ----------------------------------------------------------------------

TEST_CASE("what would be too much is refused, not cut") {
  const std::pair<const char*, const char*> large[] = {
      {"bash -c 'echo {1..100000000}'",
       "brace expansion: failed to allocate memory"},
      {"bash -c 'echo {1..999}{1..999}'",
       "brace expansion: failed to allocate memory"},
      {"printf %1000000000d 1", "%1000000000d: Cannot allocate memory"},
      {"/usr/bin/printf %.1000000000d 1", "Cannot allocate memory"},
      {"echo $((1 / 0))", "division by zero"},
      {"sh -c \"echo $(head -c 200000 /dev/zero | tr '\\0' x)\"",
       "Argument list too long"},
  };
  for (const auto& [text, complaint] : large) {
    INFO(text);
    const Ended ended = script(text);
    CHECK(has(ended.err, complaint));
    CHECK(ended.out.empty());
    CHECK(ended.peak < memory_bound());
  }
}

TEST_CASE("numbers too large wrap or stop where the real shells' do") {
  CHECK(script("echo $((99999999999999999999)) $((9223372036854775807 + 1))")
            .out == "9223372036854775807 -9223372036854775808\n");
  CHECK(script("echo $((-9223372036854775807 - 1)) $((1 << 64)) $((-1 >> 70))")
            .status == 0);
}

TEST_CASE("an image has so many parents and no more") {
  const Ended ended = script(
      "mkdir c; { echo FROM busybox; seq 1 100000 | sed 's/.*/ENV A=&/'; } "
      "> c/Dockerfile; docker build c >/dev/null; echo status $?; "
      "docker ps -aq");
  CHECK(has(ended.err, "Cannot create container with more than 127 parents"));
  CHECK(ended.out == "status 1\n");
  CHECK(ended.peak < memory_bound());
}

TEST_CASE("an image of Docker 20.10 has 125 layers at most") {
  const Ended ended = drydock(
      {"--profile", "docker-20.10", "sh", "-c",
       "mkdir c; { echo FROM busybox; seq 1 200 | sed 's/.*/RUN touch \\/&/'; }"
       " > c/Dockerfile; docker build c >/dev/null; echo status $?"});
  CHECK(has(ended.err, "max depth exceeded"));
  CHECK(ended.out == "status 1\n");
}

}  // namespace drydock::front
