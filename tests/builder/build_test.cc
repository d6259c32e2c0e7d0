// build_test.cc — what a build shows and what comes of it, rule by rule.

#include <catch2/catch.hpp>

#include "tests/builder/lab.h"

using namespace drydock;
using namespace drydock::test;

namespace {

builder::BuildRequest tagged(const std::string& name) {
  builder::BuildRequest request;
  request.tags = {name};
  return request;
}

}  // namespace

TEST_CASE("docker-1.8 shows its steps from 0, the parsed words, ids first") {
  Lab lab(engine::rules_1_8());
  const Built built = lab.build(tagged("t"),
                                "FROM busybox\n"
                                "RUN echo hi\n"
                                "CMD [\"nginx\",\"-g\",\"daemon off;\"]\n"
                                "ENV a=b c=d\n");
  CHECK(built.error.empty());
  CHECK(built.output ==
        "Step 0 : FROM busybox\n"
        " ---> <1>\n"
        "Step 1 : RUN echo hi\n"
        " ---> Running in <2>\n"
        "hi\n"
        " ---> <3>\n"
        "Removing intermediate container <2>\n"
        "Step 2 : CMD nginx -g daemon off;\n"
        " ---> Running in <4>\n"
        " ---> <5>\n"
        "Removing intermediate container <4>\n"
        "Step 3 : ENV a b c d\n"
        " ---> Running in <6>\n"
        " ---> <7>\n"
        "Removing intermediate container <6>\n"
        "Successfully built <7>\n");
}

TEST_CASE("docker-20.10 shows its steps as written and tells tags") {
  Lab lab(engine::rules_20_10());
  const Built built = lab.build(tagged("t"),
                                "FROM busybox\n"
                                "RUN echo hello > /f\n"
                                "CMD [\"cat\",\"/f\"]\n");
  CHECK(built.output ==
        "Step 1/3 : FROM busybox\n"
        " ---> <1>\n"
        "Step 2/3 : RUN echo hello > /f\n"
        " ---> Running in <2>\n"
        "Removing intermediate container <2>\n"
        " ---> <3>\n"
        "Step 3/3 : CMD [\"cat\",\"/f\"]\n"
        " ---> Running in <4>\n"
        "Removing intermediate container <4>\n"
        " ---> <5>\n"
        "Successfully built <5>\n"
        "Successfully tagged t:latest\n");
  CHECK(lab.look("t", "/f") == "-644 0:0 hello\n");
  REQUIRE(lab.image("t"));
  CHECK(lab.image("t")->config.cmd == List{"cat", "/f"});
}

TEST_CASE("a step taken before comes from the cache, up to the first change") {
  Lab lab(engine::rules_20_10());
  const Built first = lab.build("FROM busybox\nRUN echo a > /a\nENV A=1\n");
  const Built second = lab.build("FROM busybox\nRUN echo a > /a\nENV A=1\n");
  CHECK(first.image == second.image);
  CHECK(second.output ==
        "Step 1/3 : FROM busybox\n"
        " ---> <1>\n"
        "Step 2/3 : RUN echo a > /a\n"
        " ---> Using cache\n"
        " ---> <2>\n"
        "Step 3/3 : ENV A=1\n"
        " ---> Using cache\n"
        " ---> <3>\n"
        "Successfully built <3>\n");
  const Built third = lab.build("FROM busybox\nENV A=1\nRUN echo a > /a\n");
  CHECK(third.output.find("Using cache") == std::string::npos);
}

TEST_CASE("the flag --no-cache takes every step anew") {
  Lab lab(engine::rules_1_8());
  lab.build("FROM busybox\nRUN echo a\n");
  builder::BuildRequest request;
  request.no_cache = true;
  const Built built = lab.build(request, "FROM busybox\nRUN echo a\n");
  CHECK(built.output.find("Using cache") == std::string::npos);
}

TEST_CASE("what RUN says on standard error is red") {
  Lab lab(engine::rules_20_10());
  const Built built =
      lab.build("FROM busybox\nRUN echo out; err one; err two; echo end\n");
  CHECK(built.output.find("out\n\x1b[91mone\ntwo\n\x1b[0mend\n") !=
        std::string::npos);
}

TEST_CASE("a RUN that fails ends the build and leaves its container") {
  for (const engine::Rules& rules :
       {engine::rules_1_8(), engine::rules_20_10()}) {
    Lab lab(rules);
    const Built built = lab.build("FROM busybox\nRUN exit 42\nRUN echo no\n");
    CHECK(built.error ==
          "The command '/bin/sh -c exit 42' returned a non-zero code: 42");
    CHECK(built.code == (rules.column == 0 ? 1 : 42));
    CHECK(lab.engine().container_count() == 1);
    CHECK(built.output.find("echo no") == std::string::npos);
  }
}

TEST_CASE(
    "the flag --force-rm removes the container of a failed step, --rm=false none") {
  Lab lab(engine::rules_20_10());
  builder::BuildRequest force;
  force.force_remove = true;
  const Built failed = lab.build(force, "FROM busybox\nRUN false\n");
  CHECK(failed.output.ends_with("Removing intermediate container <2>\n"));
  CHECK(lab.engine().container_count() == 0);
  builder::BuildRequest keep;
  keep.remove = false;
  lab.build(keep, "FROM busybox\nRUN echo kept\n");
  CHECK(lab.engine().container_count() == 1);
}

TEST_CASE("a missing program fails in the runtime's words") {
  Lab lab(engine::rules_1_8());
  const Built built = lab.build("FROM busybox\nRUN [\"nosuchcmd\"]\n");
  CHECK(built.error ==
        "[8] System error: exec: \"nosuchcmd\": executable file not found in "
        "$PATH");
  Lab late(engine::rules_20_10());
  const Built now = late.build("FROM busybox\nRUN [\"nosuchcmd\"]\n");
  CHECK(now.error ==
        "failed to create shim task: OCI runtime create failed: runc create "
        "failed: unable to start container process: exec: \"nosuchcmd\": "
        "executable file not found in $PATH: unknown");
  CHECK(now.code == 1);
}

TEST_CASE("docker-20.10 refuses a bad file before its first step") {
  Lab lab(engine::rules_20_10());
  const Built built = lab.build("FROM busybox\nBOGUS x\n");
  CHECK(built.output.empty());
  CHECK(built.error ==
        "dockerfile parse error line 2: unknown instruction: BOGUS");
  CHECK(lab.build("RUN true\n").error == "no build stage in current context");
  CHECK(lab.build("# only\n").error ==
        "failed to parse Dockerfile: file with no instructions");
  CHECK(lab.build("FROM busybox\nENV A\n").error ==
        "failed to parse Dockerfile: ENV must have two arguments");
}

TEST_CASE("docker-1.8 refuses an instruction when it comes to it") {
  Lab lab(engine::rules_1_8());
  const Built built = lab.build("FROM busybox\nBOGUS x\n");
  CHECK(built.output == "Step 0 : FROM busybox\n ---> <1>\nStep 1 : BOGUS \n");
  CHECK(built.error == "Unknown instruction: BOGUS");
  CHECK(lab.build("").error == "The Dockerfile (Dockerfile) cannot be empty");
  CHECK(lab.build("# x\n").error ==
        "No image was generated. Is your Dockerfile empty?");
  CHECK(lab.build("FROM scratch\n").error ==
        "No image was generated. Is your Dockerfile empty?");
  CHECK(lab.build("RUN true\n").error ==
        "Please provide a source image with `from` prior to run");
  CHECK(lab.build("ENV a b\n").error ==
        "Please provide a source image with `from` prior to commit");
}

TEST_CASE("a Dockerfile that is not there is named") {
  Lab lab(engine::rules_20_10());
  builder::BuildRequest request;
  request.dockerfile = "Other";
  CHECK(lab.build(request, "FROM busybox\n").error ==
        "Cannot locate specified Dockerfile: Other");
}

TEST_CASE("history has the texts that docker-1.8 records") {
  Lab lab(engine::rules_1_8());
  const Built built = lab.build(tagged("t"),
                                "FROM busybox\n"
                                "MAINTAINER me\n"
                                "ENV K=V L=\"a b\"\n"
                                "EXPOSE 80 443/TCP\n"
                                "VOLUME /data\n"
                                "WORKDIR /x\n"
                                "USER u\n"
                                "LABEL k=v\n"
                                "ONBUILD RUN x\n"
                                "ENTRYPOINT [\"/e\"]\n"
                                "CMD [\"a\",\"b\"]\n"
                                "CMD a b\n");
  CHECK(built.error.empty());
  const List texts = lab.history("t");
  REQUIRE(texts.size() == 13);
  CHECK(texts[0] == R"(/bin/sh -c #(nop) CMD ["/bin/sh" "-c" "a b"])");
  CHECK(texts[1] == R"(/bin/sh -c #(nop) CMD ["a" "b"])");
  CHECK(texts[2] == R"(/bin/sh -c #(nop) ENTRYPOINT &{["/e"]})");
  CHECK(texts[3] == "/bin/sh -c #(nop) ONBUILD RUN x");
  CHECK(texts[4] == "/bin/sh -c #(nop) LABEL k=v");
  CHECK(texts[5] == "/bin/sh -c #(nop) USER [u]");
  CHECK(texts[6] == "/bin/sh -c #(nop) WORKDIR /x");
  CHECK(texts[7] == "/bin/sh -c #(nop) VOLUME [/data]");
  CHECK(texts[8] == "/bin/sh -c #(nop) EXPOSE 443/tcp 80/tcp");
  CHECK(texts[9] == "/bin/sh -c #(nop) ENV K=V L=a b");
  CHECK(texts[10] == "/bin/sh -c #(nop) MAINTAINER me");
}

TEST_CASE("history has the texts that docker-20.10 records") {
  Lab lab(engine::rules_20_10());
  builder::BuildRequest request = tagged("t");
  request.build_args["W"] = "given";
  const Built built = lab.build(request,
                                "FROM busybox\n"
                                "EXPOSE 80\n"
                                "USER u\n"
                                "WORKDIR /x\n"
                                "ARG V=1\n"
                                "ARG W\n"
                                "USER root\n"
                                "RUN echo\n"
                                "ENTRYPOINT [\"/e\"]\n"
                                "CMD [\"a\"]\n");
  CHECK(built.error.empty());
  const List texts = lab.history("t");
  REQUIRE(texts.size() == 11);
  CHECK(texts[0] == R"(/bin/sh -c #(nop)  CMD ["a"])");
  CHECK(texts[1] == R"(/bin/sh -c #(nop)  ENTRYPOINT ["/e"])");
  CHECK(texts[2] == "|2 V=1 W=given /bin/sh -c echo");
  CHECK(texts[4] == "/bin/sh -c #(nop)  ARG W");
  CHECK(texts[5] == "/bin/sh -c #(nop)  ARG V=1");
  CHECK(texts[6] == "/bin/sh -c #(nop) WORKDIR /x");
  CHECK(texts[7] == "/bin/sh -c #(nop)  USER u");
  CHECK(texts[8] == "/bin/sh -c #(nop)  EXPOSE 80");
  CHECK(lab.look("t", "/x") == "d755 0:0");
}

TEST_CASE("variables have the values of before the instruction") {
  Lab lab(engine::rules_1_8());
  lab.build(tagged("t"), "FROM busybox\nENV A=1\nENV A=2 B=$A\n");
  REQUIRE(lab.image("t"));
  const List env = lab.image("t")->config.env.value_or(List());
  CHECK(env.back() == "B=1");
}

TEST_CASE("a base without an environment gets the default PATH") {
  Lab lab(engine::rules_1_8());
  lab.build(tagged("t"), "FROM busybox\nENV A=1\n");
  REQUIRE(lab.image("t"));
  CHECK(lab.image("t")->config.env ==
        List{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:"
             "/bin",
             "A=1"});
}

TEST_CASE("ENTRYPOINT drops an inherited CMD, not one of this file") {
  Lab lab(engine::rules_20_10());
  lab.build(tagged("a"), "FROM busybox\nENTRYPOINT [\"e\"]\n");
  CHECK(lab.image("a")->config.cmd == std::nullopt);
  lab.build(tagged("b"), "FROM busybox\nCMD [\"c\"]\nENTRYPOINT [\"e\"]\n");
  CHECK(lab.image("b")->config.cmd == List{"c"});
  lab.build(tagged("c"), "FROM busybox\nCMD\n");
  CHECK(lab.image("c")->config.cmd == List{"/bin/sh", "-c"});
}

TEST_CASE("WORKDIR is relative to the one before") {
  Lab lab(engine::rules_20_10());
  const Built built = lab.build(
      "FROM busybox\n"
      "ENV P=/some/dir\n"
      "WORKDIR $P\nWORKDIR sub\nWORKDIR ../up\n"
      "RUN pwd\n");
  CHECK(built.output.find("/some/dir/up\n") != std::string::npos);
}

TEST_CASE("EXPOSE refuses what is no port") {
  Lab lab(engine::rules_20_10());
  CHECK(lab.build("FROM busybox\nEXPOSE abc\n").error ==
        "Invalid containerPort: abc");
  CHECK(lab.build("FROM busybox\nEXPOSE 99999\n").error ==
        "Invalid containerPort: 99999");
  CHECK(lab.build("FROM busybox\nEXPOSE 80/foo\n").error ==
        "Invalid proto: foo");
  lab.build(tagged("t"), "FROM busybox\nENV P=\"80 443\"\nEXPOSE $P\n");
  REQUIRE(lab.image("t"));
  CHECK(lab.image("t")->config.exposed_ports.size() == 2);
}

TEST_CASE("triggers run in children and not in grandchildren") {
  Lab lab(engine::rules_20_10());
  lab.build(tagged("onb"),
            "FROM busybox\nONBUILD RUN echo trig > /trig\nONBUILD COPY . /c\n");
  CHECK(lab.image("onb")->config.on_build ==
        List{"RUN echo trig > /trig", "COPY . /c"});
  Files files;
  files["f"].content = "f";
  const Built child =
      lab.build("FROM onb\nRUN cat /trig\n", files, tagged("child"));
  CHECK(child.output ==
        "Step 1/2 : FROM onb\n"
        "# Executing 2 build triggers\n"
        " ---> Running in <1>\n"
        "Removing intermediate container <1>\n"
        " ---> <2>\n"
        "Step 2/2 : RUN cat /trig\n"
        " ---> Running in <3>\n"
        "trig\n"
        "Removing intermediate container <3>\n"
        " ---> <4>\n"
        "Successfully built <4>\n"
        "Successfully tagged child:latest\n");
  CHECK(lab.look("child", "/c/f") == "-644 0:0 f");
  const Built grandchild = lab.build("FROM child\nRUN true\n");
  CHECK(grandchild.output.find("Executing") == std::string::npos);
}

TEST_CASE("docker-1.8 shows each trigger as a step of its own") {
  Lab lab(engine::rules_1_8());
  lab.build(tagged("onb"), "FROM busybox\nONBUILD RUN echo x\n");
  const Built child = lab.build("FROM onb\n");
  CHECK(child.output ==
        "Step 0 : FROM onb\n"
        "\x1b[91m# Executing 1 build triggers\n\x1b[0m"
        "Trigger 0, RUN echo x\n"
        "Step 0 : RUN echo x\n"
        " ---> Running in <1>\n"
        "x\n"
        " ---> <2>\n"
        "Removing intermediate container <1>\n"
        "Successfully built <2>\n");
}

TEST_CASE("build arguments are seen by RUN and stay out of the image") {
  Lab lab(engine::rules_20_10());
  builder::BuildRequest request = tagged("t");
  request.build_args["W"] = "given";
  request.build_args["UNUSED"] = "1";
  const Built built =
      lab.build(request, "FROM busybox\nARG V=default\nARG W\nRUN env\n");
  CHECK(built.output.find("V=default\nW=given\n") != std::string::npos);
  CHECK(built.output.find("[Warning] One or more build-args [UNUSED] were not "
                          "consumed\nSuccessfully built") != std::string::npos);
  const List env = lab.image("t")->config.env.value_or(List());
  CHECK(env.size() == 1);
}

TEST_CASE("ARG before FROM is for FROM alone") {
  Lab lab(engine::rules_20_10());
  const Built built =
      lab.build("ARG BASE=busybox\nFROM $BASE\nRUN echo base\n");
  CHECK(
      built.output.starts_with("Step 1/3 : ARG BASE=busybox\n"
                               "Step 2/3 : FROM $BASE\n"
                               " ---> <1>\n"));
  CHECK(built.error.empty());
}

TEST_CASE("the flag --label adds steps at the end, --target ends early") {
  Lab lab(engine::rules_20_10());
  builder::BuildRequest label = tagged("t");
  label.labels["x"] = "y";
  const Built labelled = lab.build(label, "FROM busybox\nRUN true\n");
  CHECK(labelled.output.find("Step 3/3 : LABEL x=y\n") != std::string::npos);
  CHECK(lab.image("t")->config.labels == engine::StringMap{{"x", "y"}});
  builder::BuildRequest target;
  target.target = "one";
  const std::string two =
      "FROM busybox AS one\nRUN echo 1\nFROM busybox AS two\nRUN echo 2\n";
  CHECK(lab.build(target, two).output.find("Step 2/2 : RUN echo 1") !=
        std::string::npos);
  target.target = "nosuch";
  CHECK(lab.build(target, two).error ==
        "failed to reach build target nosuch in Dockerfile");
}

TEST_CASE("the whole file fails when its variables make no sense") {
  Lab lab(engine::rules_20_10());
  CHECK(lab.build("FROM busybox\nENV X=a Z=${UNSET?err}\n").error ==
        "failed to process \"${UNSET?err}\": UNSET: err");
  Lab old(engine::rules_1_8());
  const Built built = old.build("FROM busybox\nENV X=${bad\n");
  CHECK(built.error == "Missing ':' in substitution: ${bad");
  CHECK(built.output == "Step 0 : FROM busybox\n ---> <1>\n");
}

TEST_CASE("a base that is no name, or that nobody has, ends the build") {
  Lab lab(engine::rules_20_10());
  const Built bad = lab.build("FROM BAD\n");
  CHECK(bad.output == "Step 1/1 : FROM BAD\n");
  CHECK(bad.error ==
        "invalid reference format: repository name must be lowercase");
  const Built unknown = lab.build("FROM nosuchimage\n");
  CHECK(unknown.code == 1);
  CHECK_FALSE(unknown.error.empty());
}

TEST_CASE("the flag -q hides what RUN says in docker-1.8, and no more") {
  Lab lab(engine::rules_1_8());
  builder::BuildRequest request;
  request.quiet = true;
  const Built built = lab.build(request, "FROM busybox\nRUN echo hi\n");
  CHECK(built.output ==
        "Step 0 : FROM busybox\n"
        " ---> <1>\n"
        "Step 1 : RUN echo hi\n"
        " ---> Running in <2>\n"
        " ---> <3>\n"
        "Removing intermediate container <2>\n"
        "Successfully built <3>\n");
}

TEST_CASE("two FROM make two images, the last one is the result") {
  Lab lab(engine::rules_1_8());
  const Built built = lab.build(tagged("t"),
                                "FROM busybox\nRUN echo a > /a\n"
                                "FROM busybox\nRUN echo b > /b\n");
  CHECK(built.error.empty());
  CHECK(lab.look("t", "/a") == "No such file or directory");
  CHECK(lab.look("t", "/b") == "-644 0:0 b\n");
}

TEST_CASE("MAINTAINER is the image's author") {
  Lab lab(engine::rules_20_10());
  lab.build(tagged("a"), "FROM busybox\nMAINTAINER me <m@x>\n");
  CHECK(lab.image("a")->author == "me <m@x>");
}

TEST_CASE("HEALTHCHECK, STOPSIGNAL and SHELL are docker-20.10's") {
  Lab lab(engine::rules_20_10());
  const Built built = lab.build(tagged("t"),
                                "FROM busybox\n"
                                "HEALTHCHECK --interval=5s CMD true\n"
                                "STOPSIGNAL 9\n"
                                "SHELL [\"/bin/sh\",\"-xc\"]\n"
                                "RUN echo hi > /hi\n");
  CHECK(built.error.empty());
  const engine::ContainerConfig& config = lab.image("t")->config;
  REQUIRE(config.healthcheck);
  CHECK(config.healthcheck->test == List{"CMD-SHELL", "true"});
  CHECK(config.healthcheck->interval == 5 * kSecond);
  CHECK(config.stop_signal == "9");
  CHECK(config.shell == List{"/bin/sh", "-xc"});
  CHECK(lab.look("t", "/hi") == "-644 0:0 hi\n");
  CHECK(lab.history("t")[0] == "/bin/sh -xc echo hi > /hi");
  CHECK(lab.build("FROM busybox\nSTOPSIGNAL BOGUS\n").error ==
        "Invalid signal: BOGUS");
}
