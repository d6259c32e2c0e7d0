// copy_test.cc — ADD and COPY: where files land, whose they are, what fails.

#include <catch2/catch.hpp>

#include "tests/builder/lab.h"

using namespace drydock;
using namespace drydock::test;

namespace {

Files some_files() {
  Files files;
  files["d/"].mode = 0755;
  files["d/d"].content = "d";
  files["d/sub/"].mode = 0755;
  files["d/sub/s"].content = "s";
  files["dlink"].link = "d";
  files["f1"] = {"1", 0600, 1000, ""};
  files["f2.txt"].content = "2";
  files["f3.txt"].content = "3";
  files["link"].link = "f1";
  files["with space"].content = "sp";
  return files;
}

builder::BuildRequest tagged(const std::string& name) {
  builder::BuildRequest request;
  request.tags = {name};
  return request;
}

/// Builds "t" with these instructions on busybox.
Built copy(Lab& lab, const std::string& lines, Files files = some_files()) {
  return lab.build("FROM busybox\n" + lines, std::move(files), tagged("t"));
}

}  // namespace

TEST_CASE("a copied file keeps its mode and belongs to root") {
  Lab lab(engine::rules_20_10());
  const Built built = copy(lab, "COPY f1 /\nCOPY f1 /newdir/\nCOPY f1 /dest\n");
  CHECK(built.error.empty());
  CHECK(lab.look("t", "/f1") == "-600 0:0 1");
  CHECK(lab.look("t", "/newdir") == "d755 0:0");
  CHECK(lab.look("t", "/newdir/f1") == "-600 0:0 1");
  CHECK(lab.look("t", "/dest") == "-600 0:0 1");
}

TEST_CASE("ADD and COPY show no container of theirs in docker-20.10") {
  Lab lab(engine::rules_20_10());
  CHECK(copy(lab, "COPY f1 /x\n").output ==
        "Step 1/2 : FROM busybox\n"
        " ---> <1>\n"
        "Step 2/2 : COPY f1 /x\n"
        " ---> <2>\n"
        "Successfully built <2>\n"
        "Successfully tagged t:latest\n");
  CHECK(lab.engine().container_count() == 0);
}

TEST_CASE("docker-1.8 removes the container of a COPY that it did not show") {
  Lab lab(engine::rules_1_8());
  CHECK(copy(lab, "COPY f1 /x\n").output ==
        "Step 0 : FROM busybox\n"
        " ---> <1>\n"
        "Step 1 : COPY f1 /x\n"
        " ---> <2>\n"
        "Removing intermediate container <3>\n"
        "Successfully built <2>\n");
}

TEST_CASE("a directory's contents are copied, not itself") {
  Lab lab(engine::rules_20_10());
  copy(lab, "COPY d /newdir\nCOPY d/sub /etc\n");
  CHECK(lab.look("t", "/newdir/d") == "-644 0:0 d");
  CHECK(lab.look("t", "/newdir/sub/s") == "-644 0:0 s");
  CHECK(lab.look("t", "/etc/s") == "-644 0:0 s");
  CHECK(lab.look("t", "/etc/passwd").starts_with("-644 0:0 root"));
}

TEST_CASE("a file goes into a directory that is there") {
  Lab lab(engine::rules_1_8());
  copy(lab, "COPY f2.txt /etc\n");
  CHECK(lab.look("t", "/etc/f2.txt") == "-644 0:0 2");
}

TEST_CASE("symlinks are followed as sources and kept inside directories") {
  Lab lab(engine::rules_20_10());
  copy(lab, "COPY link /l\nCOPY dlink /dl\nCOPY . /all\n");
  CHECK(lab.look("t", "/l") == "-600 0:0 1");
  CHECK(lab.look("t", "/dl/sub/s") == "-644 0:0 s");
  CHECK(lab.look("t", "/all/link").ends_with("f1"));
  CHECK(lab.look("t", "/all/Dockerfile").starts_with("-644"));
}

TEST_CASE("a destination is relative to WORKDIR") {
  Lab lab(engine::rules_20_10());
  copy(lab, "WORKDIR /wd\nCOPY f1 rel\nCOPY f2.txt .\nCOPY f3.txt sub/\n");
  CHECK(lab.look("t", "/wd/rel") == "-600 0:0 1");
  CHECK(lab.look("t", "/wd/f2.txt") == "-644 0:0 2");
  CHECK(lab.look("t", "/wd/sub/f3.txt") == "-644 0:0 3");
}

TEST_CASE("wildcards match names, not slashes") {
  Lab lab(engine::rules_20_10());
  copy(lab, "COPY *.txt /t/\nCOPY f[12]* /u/\nCOPY d* /v/\n");
  CHECK(lab.look("t", "/t/f3.txt") == "-644 0:0 3");
  CHECK(lab.look("t", "/u/f1") == "-600 0:0 1");
  CHECK(lab.look("t", "/v/sub/s") == "-644 0:0 s");
}

TEST_CASE("a JSON array names files with blanks") {
  Lab lab(engine::rules_20_10());
  copy(lab, "COPY [\"with space\", \"/a b\"]\n");
  CHECK(lab.look("t", "/a b") == "-644 0:0 sp");
}

TEST_CASE("a symlink in the image is followed at the destination") {
  Lab lab(engine::rules_20_10());
  Files files = some_files();
  Files archive;
  archive["lt"].link = "/tmp";
  files["l.tar"].content = tar_of(archive);
  const Built built = copy(lab, "ADD l.tar /\nCOPY f1 /lt/x\n", files);
  CHECK(built.error.empty());
  CHECK(lab.look("t", "/tmp/x") == "-600 0:0 1");
}

TEST_CASE("errors of COPY, in docker-20.10's words") {
  Lab lab(engine::rules_20_10());
  CHECK(copy(lab, "COPY nosuch /\n").error ==
        "COPY failed: file not found in build context or excluded by "
        ".dockerignore: stat nosuch: file does not exist");
  CHECK(copy(lab, "COPY ../outside /\n").error ==
        "COPY failed: forbidden path outside the build context: ../outside ()");
  CHECK(copy(lab, "COPY *.nomatch /t/\n").error ==
        "COPY failed: no source files were specified");
  CHECK(copy(lab, "COPY f1 f2.txt /newdir\n").error ==
        "When using COPY with more than one source file, the destination must "
        "be a directory and end with a /");
  CHECK(copy(lab, "COPY f1 /etc/passwd/x\n")
            .error.ends_with("/merged/etc/passwd/x: not a directory"));
  CHECK(copy(lab, "ADD http://127.0.0.1:1/x /x\n").error ==
        "ADD failed: Get \"http://127.0.0.1:1/x\": dial tcp 127.0.0.1:1: "
        "connect: connection refused");
}

TEST_CASE("errors of COPY, in docker-1.8's words") {
  Lab lab(engine::rules_1_8());
  CHECK(copy(lab, "COPY foo /\n").error == "foo: no such file or directory");
  CHECK(copy(lab, "COPY ../../ /\n").error ==
        "Forbidden path outside the build context: ../../ (/)");
  CHECK(copy(lab, "COPY x* /\n").error == "No source files were specified");
  CHECK(copy(lab, "ADD f1 f2.txt /x\n").error ==
        "When using ADD with more than one source file, the destination must "
        "be a directory and end with a /");
  CHECK(copy(lab, "COPY http://a/b /x\n").error ==
        "Source can't be a URL for COPY");
}

TEST_CASE("the flag --chown takes names and numbers") {
  Lab lab(engine::rules_20_10());
  copy(lab, "COPY --chown=app:app f1 /o\nCOPY --chown=33:44 d /od\n");
  CHECK(lab.look("t", "/o") == "-600 1000:1000 1");
  CHECK(lab.look("t", "/od") == "d755 33:44");
  CHECK(lab.look("t", "/od/sub/s") == "-644 33:44 s");
  CHECK(copy(lab, "COPY --chown=nosuch f1 /o\n").error ==
        "unable to convert uid/gid chown string to host mapping: can't find "
        "uid for user nosuch: no such user: nosuch");
}

TEST_CASE("the cache minds content, mode and name, not time") {
  Lab lab(engine::rules_20_10());
  const auto hits = [&lab](const Files& files) {
    return copy(lab, "COPY f1 /x\n", files).output.find("Using cache") !=
           std::string::npos;
  };
  Files files = some_files();
  CHECK_FALSE(hits(files));
  CHECK(hits(files));
  files["f1"].content = "changed";
  CHECK_FALSE(hits(files));
  files["f1"].mode = 0644;
  CHECK_FALSE(hits(files));
}

TEST_CASE("a COPY of a tree minds every file below") {
  Lab lab(engine::rules_1_8());
  Files files = some_files();
  copy(lab, "COPY d /d\n", files);
  files["d/new"].content = "new";
  CHECK(copy(lab, "COPY d /d\n", files).output.find("Using cache") ==
        std::string::npos);
}

TEST_CASE("history shows what was copied by its hash") {
  Lab lab(engine::rules_1_8());
  copy(lab, "COPY f1 /d\nADD *.txt /t/\n");
  const List texts = lab.history("t");
  CHECK(texts[1].starts_with("/bin/sh -c #(nop) COPY file:"));
  CHECK(texts[1].ends_with(" in /d"));
  CHECK(texts[0].starts_with("/bin/sh -c #(nop) ADD multi:"));
  Lab late(engine::rules_20_10());
  copy(late, "COPY d /d\n");
  CHECK(late.history("t")[0].starts_with("/bin/sh -c #(nop) COPY dir:"));
  CHECK(late.history("t")[0].ends_with(" in /d "));
}

TEST_CASE("ADD unpacks an archive, owners kept; COPY does not") {
  Lab lab(engine::rules_20_10());
  Files files = some_files();
  Files archive;
  archive["d/"].mode = 0700;
  archive["d/x"] = {"x", 0640, 1000, ""};
  files["t.tar"].content = tar_of(archive);
  files["bad.tar"].content = "no archive";
  const Built built =
      copy(lab, "ADD t.tar /x\nCOPY t.tar /y\nADD bad.tar /z\nADD t.tar /w/\n",
           files);
  CHECK(built.error.empty());
  CHECK(lab.look("t", "/x") == "d755 0:0");
  CHECK(lab.look("t", "/x/d/x") == "-640 1000:1000 x");
  CHECK(lab.look("t", "/w/d/x") == "-640 1000:1000 x");
  CHECK(lab.look("t", "/y").starts_with("-644 0:0"));
  CHECK(lab.look("t", "/z") == "-644 0:0 no archive");
}

TEST_CASE("no member of an archive lands outside of the destination") {
  Lab lab(engine::rules_20_10());
  Files files;
  Files archive;
  archive["../../etc/passwd"].content = "evil";
  files["t.tar"].content = tar_of(archive);
  const Built built = copy(lab, "ADD t.tar /x/y\n", files);
  CHECK(built.error == "\"../../etc/passwd\" is outside of \"/x/y\"");
}

TEST_CASE("a file that .dockerignore names by itself cannot be copied") {
  Lab lab(engine::rules_20_10());
  Files files = some_files();
  files[".dockerignore"].content = "Dockerfile\n.dockerignore\n";
  const Built built = copy(lab, "COPY . /all\n", files);
  CHECK(built.error.empty());
  CHECK(lab.look("t", "/all/Dockerfile") == "No such file or directory");
  CHECK(lab.look("t", "/all/f1") == "-600 0:0 1");
}

TEST_CASE("COPY --from takes files of stages and images") {
  Lab lab(engine::rules_20_10());
  const Built built = lab.build(
      "FROM busybox AS one\nRUN echo built > /out\n"
      "FROM busybox\nCOPY --from=one /out /in\nCOPY --from=0 /out /in2\n"
      "COPY --from=busybox /etc/passwd /pw\n",
      {}, tagged("t"));
  CHECK(built.error.empty());
  CHECK(lab.look("t", "/in") == "-644 0:0 built\n");
  CHECK(lab.look("t", "/in2") == "-644 0:0 built\n");
  CHECK(lab.look("t", "/pw").starts_with("-644 0:0 root"));
  CHECK(lab.look("t", "/out") == "No such file or directory");
  CHECK(lab.engine().container_count() == 0);
}

TEST_CASE("an image from scratch may hold one file") {
  Lab lab(engine::rules_20_10());
  const Built built =
      lab.build("FROM scratch\nCOPY f1 /f\n", some_files(), tagged("t"));
  CHECK(built.output.starts_with("Step 1/2 : FROM scratch\n ---> \n"));
  CHECK(lab.look("t", "/f") == "-600 0:0 1");
  CHECK(lab.image("t")->size == 1);
  CHECK(lab.image("t")->config.env ==
        List{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:"
             "/bin"});
}

TEST_CASE("a COPY below a volume is kept") {
  Lab lab(engine::rules_20_10());
  copy(lab, "VOLUME /v\nCOPY f1 /v/f\n");
  CHECK(lab.look("t", "/v/f") == "-600 0:0 1");
}
