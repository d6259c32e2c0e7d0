// template_test.cc — Go's templates, case by case: what goes in, what comes
// out.

#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "sim/cli/template/template.h"

namespace drydock::cli {

namespace {

Field field(std::string name, Value value, std::string go = {}) {
  Field made;
  made.name = std::move(name);
  made.value = std::move(value);
  made.go_name = std::move(go);
  return made;
}

/// A container much as `docker inspect` shows it.
Value container() {
  std::vector<Field> state{field("Status", "running"), field("Running", true),
                           field("Paused", false), field("ExitCode", 0),
                           field("Error", "")};
  std::vector<Field> config{
      field("Hostname", "ihost"),
      field("Env", Value::strings({"FOO=bar", "BAZ=q x"})),
      field("Cmd", Value::strings({"sh", "-c", "sleep 1000"})),
      field("Entrypoint", Value::nil_slice()),
      field("Labels", Value::map({{"a", "1"}, {"b", "two"}})),
      field("Volumes", Value::nil_map())};
  std::vector<Field> binding{field("HostIp", "", "HostIP"),
                             field("HostPort", "8080")};
  std::vector<Value> bindings;
  bindings.push_back(Value::structure("nat.PortBinding", binding));
  std::vector<Field> policy{field("Name", "no"), field("MaximumRetryCount", 0)};
  std::vector<Field> host{
      field("Memory", std::int64_t{67108864}),
      field("NanoCpus", std::int64_t{0}, "NanoCPUs"),
      field("PortBindings", Value::map({{"80/tcp", Value::slice(bindings)},
                                        {"81/udp", Value::nil_slice()}})),
      field("RestartPolicy",
            Value::structure("container.RestartPolicy", policy)),
      field("Links", Value::nil_slice()),
      field("PidsLimit", Value())};
  std::vector<Field> all{
      field("Id", "a36149648c30", "ID"), field("Name", "/ii"),
      field("State", Value::structure("types.ContainerState", state).pointer()),
      field("Config", Value::structure("container.Config", config).pointer()),
      field("HostConfig",
            Value::structure("container.HostConfig", host).pointer())};
  return Value::structure("types.ContainerJSON", all);
}

struct Case {
  std::string source, expected;
};

/// What a template gives, or its complaint.
std::string outcome(const std::string& source, const TemplateOptions& options) {
  const Result<Template> parsed = Template::parse(source);
  if (!parsed) return parsed.error().text;
  const Value data = options.raw ? container().raw() : container();
  const Result<std::string> text = parsed->execute(data, options);
  return text ? *text : text.error().text;
}

void check_all(const std::vector<Case>& cases,
               const TemplateOptions& options = {}) {
  for (const Case& row : cases) {
    INFO(row.source);
    CHECK(outcome(row.source, options) == row.expected);
  }
}

}  // namespace

TEST_CASE("fields are read by their Go names, literals print as they are") {
  check_all({
      {"", ""},
      {"literal", "literal"},
      {"{{.Name}}", "/ii"},
      {"{{ .Name }}", "/ii"},
      {"{{.ID}}", "a36149648c30"},
      {"{{.State.Status}} {{.State.Running}} {{.State.ExitCode}}",
       "running true 0"},
      {"{{.Config.Hostname}}", "ihost"},
      {"a{{/* comment */}}b", "ab"},
      {"{{- \"trim\" -}}   x  {{- \" y\" }}", "trimx y"},
      {"a {{- 1 -}} b", "a1b"},
      {"a  {{- /* x */ -}}  b", "ab"},
      {"a\n{{- /* x */ -}}\nb", "ab"},
      {"{{1}} {{1.5}} {{true}} {{0x1F}} {{'a'}} {{1e3}}",
       "1 1.5 true 31 97 1000"},
      {"{{-3}} {{+4}} {{1_000}} {{0b101}} {{0o17}} {{017}}",
       "-3 4 1000 5 15 15"},
      {"{{\"quoted\\n\\\"str\\\"\"}}", "quoted\n\"str\""},
      {"{{`raw\\n`}}", "raw\\n"},
      {"{{\"\\u00e9\\x41\\101\"}}",
       "\xc3\xa9"
       "AA"},
      {"{{'\\n'}}", "10"},
      {"{{.}}|{{$}}", outcome("{{.}}", {}) + "|" + outcome("{{.}}", {})},
  });
}

TEST_CASE("values print as Go prints structs, maps, slices and nils") {
  check_all({
      {"{{.Config.Cmd}}", "[sh -c sleep 1000]"},
      {"{{.Config.Entrypoint}}", "[]"},
      {"{{.Config.Labels}}", "map[a:1 b:two]"},
      {"{{.Config.Volumes}}", "map[]"},
      {"{{.HostConfig.RestartPolicy}}", "{no 0}"},
      {"{{.HostConfig.PortBindings}}", "map[80/tcp:[{ 8080}] 81/udp:[]]"},
      {"{{.HostConfig.PidsLimit}}", "<nil>"},
      {"{{.State}}", "{running true false 0 }"},
      {"{{.Config.Labels.a}} {{.Config.Labels.zzz}}", "1 <no value>"},
      {"{{printf \"%v\" .State}}", "&{running true false 0 }"},
      {"{{printf \"%+v\" .HostConfig.RestartPolicy}}",
       "{Name:no MaximumRetryCount:0}"},
      {"{{json .Config.Labels}}", "{\"a\":\"1\",\"b\":\"two\"}"},
      {"{{json .Config.Env}} {{json .State.Running}} {{json .Name}}",
       "[\"FOO=bar\",\"BAZ=q x\"] true \"/ii\""},
      {"{{json .Config.Entrypoint}} {{json nil}}", "null null"},
  });
}

TEST_CASE("if, else if, with and range choose what is shown") {
  check_all({
      {"{{if .State.Running}}yes{{else}}no{{end}}", "yes"},
      {"{{if .State.Paused}}yes{{else}}no{{end}}", "no"},
      {"{{if eq .State.Status \"exited\"}}E{{else if eq .State.Status "
       "\"running\"}}R{{else}}?{{end}}",
       "R"},
      {"{{if .State.Error}}x{{end}}", ""},
      {"{{if 0}}a{{else}}b{{end}}{{if \"\"}}c{{else}}d{{end}}", "bd"},
      {"{{if .Config.Entrypoint}}x{{else}}none{{end}}", "none"},
      {"{{if and .State.Running (not .State.Paused)}}A{{end}}", "A"},
      {"{{if or .State.Paused .State.Error}}B{{end}}", ""},
      {"{{with .Config}}{{.Hostname}}{{end}}", "ihost"},
      {"{{with .State.Error}}x{{else}}fine{{end}}", "fine"},
      {"{{with $x := .Name}}{{$x}}{{.}}{{end}}", "/ii/ii"},
      {"{{range .Config.Env}}{{println .}}{{end}}", "FOO=bar\nBAZ=q x\n"},
      {"{{range $i, $e := .Config.Env}}{{$i}}={{$e}};{{end}}",
       "0=FOO=bar;1=BAZ=q x;"},
      {"{{range $k, $v := .Config.Labels}}{{$k}}={{$v}} {{end}}", "a=1 b=two "},
      {"{{range $e := .Config.Env}}<{{$e}}>{{end}}", "<FOO=bar><BAZ=q x>"},
      {"{{range .Config.Entrypoint}}x{{else}}empty{{end}}", "empty"},
      {"{{range $i, $_ := .Config.Env}}{{if $i}},{{end}}{{$i}}{{end}}", "0,1"},
      {"{{range .Config.Cmd}}{{if eq . \"-c\"}}{{break}}{{end}}{{.}}{{end}}",
       "sh"},
      {"{{range .Config.Cmd}}{{if eq . \"-c\"}}{{continue}}{{end}}{{.}} "
       "{{end}}",
       "sh sleep 1000 "},
      {"{{range $p, $conf := .HostConfig.PortBindings}}{{$p}} -> {{with "
       "$conf}}{{(index . 0).HostPort}}{{else}}none{{end}}, {{end}}",
       "80/tcp -> 8080, 81/udp -> none, "},
      {"{{range .Config.Env}}{{$.Name}} {{end}}", "/ii /ii "},
  });
}

TEST_CASE("variables are declared, set again, and end with their block") {
  check_all({
      {"{{$n := .Name}}{{range .Config.Env}}{{$n}} {{end}}", "/ii /ii "},
      {"{{$x := 1}}{{$x = 2}}{{$x}}", "2"},
      {"{{$x := 1}}{{if true}}{{$x = 3}}{{end}}{{$x}}", "3"},
      {"{{$x := 1}}{{if true}}{{$x := 3}}{{$x}}{{end}}{{$x}}", "31"},
      {"{{$x := .State}}{{$x.Status}}", "running"},
      {"{{$x}}", "template: :1: undefined variable \"$x\""},
      {"{{$x = 1}}", "template: :1: undefined variable \"$x\""},
      {"{{if true}}{{$x := 1}}{{end}}{{$x}}",
       "template: :1: undefined variable \"$x\""},
  });
}

TEST_CASE("templates are defined, called, and made in place by block") {
  check_all({
      {"{{define \"T\"}}[{{.}}]{{end}}{{template \"T\" .Name}}", "[/ii]"},
      {"{{block \"B\" .Name}}<{{.}}>{{end}}", "</ii>"},
      {"{{define \"T\"}}x{{end}}{{template \"T\"}}{{template \"T\"}}", "xx"},
      {"{{template \"no\"}}",
       "template: :1:11: executing \"\" at <{{template \"no\"}}>: template "
       "\"no\" not defined"},
      {"{{define \"T\"}}{{$.x}}{{end}}", ""},
  });
}

TEST_CASE("functions compare, count, index, slice and join") {
  check_all({
      {"{{eq 1 1}} {{ne 1 2}} {{lt 1 2}} {{le 2 2}} {{gt 3 2}} {{ge 2 3}}",
       "true true true true true false"},
      {"{{eq \"a\" \"b\" \"a\"}} {{eq 1 2 3}}", "true false"},
      {"{{lt \"a\" \"b\"}} {{gt 1.5 1.0}}", "true true"},
      {"{{not true}} {{and 1 0 2}} {{or 0 \"\" 3}}", "false 0 3"},
      {"{{and true false}} {{or false false}}", "false false"},
      {"{{len .Config.Env}} {{len .Name}} {{len .Config.Labels}}", "2 3 2"},
      {"{{index .Config.Env 0}}", "FOO=bar"},
      {"{{index .Config.Labels \"a\"}}[{{index .Config.Labels \"nope\"}}]",
       "1[]"},
      {"{{(index (index .HostConfig.PortBindings \"80/tcp\") 0).HostPort}}",
       "8080"},
      {"{{index .HostConfig.PortBindings \"80/tcp\" 0}}", "{ 8080}"},
      {"{{slice .Name 1}} {{slice .Name 1 2}} {{slice .Config.Env 0 1}}",
       "ii i [FOO=bar]"},
      {"{{join .Config.Cmd \",\"}}", "sh,-c,sleep 1000"},
      {"{{split \"a,b,c\" \",\"}} {{len (split \"\" \",\")}}", "[a b c] 1"},
      {"{{upper .Name}} {{lower \"ABC\"}} {{title \"hello world\"}}",
       "/II abc Hello World"},
      {"{{pad .Config.Hostname 2 3}}|", "  ihost   |"},
      {"{{truncate .ID 5 | len}} {{truncate \"ab\" 5}}", "5 ab"},
      {"{{.Name | printf \"%s!\" | upper}}", "/II!"},
      {"{{\"x\" | printf \"%s-%s\" \"y\"}}", "y-x"},
      {"{{print 1 2 \"a\" \"b\" 3}}|{{println \"x\" 1}}", "1 2ab3|x 1\n"},
      {"{{print nil}}", "<nil>"},
      {"{{html \"<a&b>\"}} {{js \"a\\\"b\"}} {{urlquery \"a b&c\"}}",
       "&lt;a&amp;b&gt; a\\\"b a+b%26c"},
      {"{{html \"'\\\"\"}}", "&#39;&#34;"},
      {"{{(printf \"%d\" 3)}}", "3"},
      {"{{len (print 1 2 3)}}", "5"},
  });
}

TEST_CASE("printf knows Go's verbs and how it complains about them") {
  check_all({
      {"{{printf \"%s-%d-%v-%t-%q\" .Name .State.ExitCode .HostConfig.Memory "
       ".State.Running .Config.Hostname}}",
       "/ii-0-67108864-true-\"ihost\""},
      {"{{printf \"%5d|%-8s|%x|%05d\" 42 \"ab\" 255 7}}",
       "   42|ab      |ff|00007"},
      {"{{printf \"%d\" \"x\"}}", "%!d(string=x)"},
      {"{{printf \"%s\" 1}}", "%!s(int=1)"},
      {"{{printf \"%t\" 1}}", "%!t(int=1)"},
      {"{{printf \"%d\"}}", "%!d(MISSING)"},
      {"{{printf \"x\" 1}}", "x%!(EXTRA int=1)"},
      {"{{printf \"%z\" 1}}", "%!z(int=1)"},
      {"{{printf \"100%\"}}", "100%!(NOVERB)"},
      {"{{printf \"%d%%\" 5}}", "5%"},
      {"{{printf \"%X %o %b %c %U\" 255 8 5 65 65}}", "FF 10 101 A U+0041"},
      {"{{printf \"%+d % d %x\" 5 5 \"hi\"}}", "+5  5 6869"},
      {"{{printf \"%f %.2f %e %g\" 1.5 1.5 1.5 1.5}}",
       "1.500000 1.50 1.500000e+00 1.5"},
      {"{{printf \"%6.2f|%-6.1f|\" 3.14159 2.5}}", "  3.14|2.5   |"},
      {"{{printf \"%10s|%-10s|%.2s\" \"abc\" \"abc\" \"abc\"}}",
       "       abc|abc       |ab"},
      {"{{printf \"%q\" .Config.Cmd}}", "[\"sh\" \"-c\" \"sleep 1000\"]"},
      {"{{printf \"%T %T %T %T\" 1 \"a\" true 1.5}}",
       "int string bool float64"},
      {"{{printf \"%T\" .Config.Cmd}}", "[]string"},
      {"{{printf \"%[2]d %[1]d\" 1 2}}", "2 1"},
      {"{{printf \"%*d\" 5 42}}", "   42"},
      {"{{printf \"%v %v\" nil true}}", "<nil> true"},
      {"{{printf \"%-5d|\" 42}}", "42   |"},
      {"{{printf \"%05d\" -42}}", "-0042"},
      {"{{printf \"%#x\" 255}}", "0xff"},
      {"{{printf \"%s\" nil}}", "%!s(<nil>)"},
  });
}

TEST_CASE("a template that does not parse says so in Go's words") {
  check_all({
      {"{{nosuchfunc .}}", "template: :1: function \"nosuchfunc\" not defined"},
      {"{{.Name", "template: :1: unclosed action"},
      {"{{range .Config.Env}}", "template: :1: unexpected EOF"},
      {"{{end}}", "template: :1: unexpected {{end}}"},
      {"{{else}}", "template: :1: unexpected {{else}}"},
      {"{{if}}x{{end}}", "template: :1: missing value for if"},
      {"{{range}}x{{end}}", "template: :1: missing value for range"},
      {"{{}}", "template: :1: missing value for command"},
      {"{{if true}}a{{else}}b{{else}}c{{end}}",
       "template: :1: expected end; found {{else}}"},
      {"{{\"abc}}", "template: :1: unterminated quoted string"},
      {"{{`abc}}", "template: :1: unterminated raw quoted string"},
      {"{{'a}}", "template: :1: unterminated character constant"},
      {"{{/* abc}}", "template: :1: unclosed comment"},
      {"{{(1}}", "template: :1: unclosed left paren"},
      {"{{1)}}", "template: :1: unexpected right paren"},
      {"{{.A | 1}}",
       "template: :1: non executable command in pipeline stage 2"},
      {"{{break}}", "template: :1: {{break}} outside {{range}}"},
      {"a\nb{{nope}}", "template: :2: function \"nope\" not defined"},
      {"{{1x}}", "template: :1: bad number syntax: \"1x\""},
      {"{{template x}}", "template: :1: unexpected \"x\" in template clause"},
      {"{{if true}}x", "template: :1: unexpected EOF"},
      {"{{. .}}{{", "template: :1: unclosed action"},
  });
}

TEST_CASE("an execution that fails names the place and the piece of it") {
  check_all({
      {"{{.Nope}}",
       "template: :1:2: executing \"\" at <.Nope>: can't evaluate field Nope "
       "in type types.ContainerJSON"},
      {"{{.State.Nope}}",
       "template: :1:8: executing \"\" at <.State.Nope>: can't evaluate field "
       "Nope in type *types.ContainerState"},
      {"{{index .Config.Env 99}}",
       "template: :1:2: executing \"\" at <index .Config.Env 99>: error "
       "calling "
       "index: index out of range: 99"},
      {"{{index .Name \"x\"}}",
       "template: :1:2: executing \"\" at <index .Name \"x\">: error calling "
       "index: cannot index slice/array with type string"},
      {"{{join .Config.Cmd}}",
       "template: :1:2: executing \"\" at <join>: wrong number of args for "
       "join: want 2 got 1"},
      {"{{nil}}",
       "template: :1:2: executing \"\" at <nil>: nil is not a command"},
      {"{{1 2}}",
       "template: :1:2: executing \"\" at <1>: can't give argument to "
       "non-function 1"},
      {"{{len 3}}",
       "template: :1:2: executing \"\" at <len 3>: error calling len: len of "
       "type int"},
      {"{{eq 1 \"a\"}}",
       "template: :1:2: executing \"\" at <eq 1 \"a\">: error calling eq: "
       "incompatible types for comparison"},
      {"{{lt 1 \"a\"}}",
       "template: :1:2: executing \"\" at <lt 1 \"a\">: error calling lt: "
       "incompatible types for comparison"},
      {"{{range 3}}x{{end}}",
       "template: :1:8: executing \"\" at <3>: range can't iterate over 3"},
      {"{{upper 3}}",
       "template: :1:8: executing \"\" at <3>: expected string; found 3"},
      {"{{upper .State.ExitCode}}",
       "template: :1:14: executing \"\" at <.State.ExitCode>: wrong type for "
       "value; expected string; got int"},
      {"{{slice .Name 9}}",
       "template: :1:2: executing \"\" at <slice .Name 9>: error calling "
       "slice: "
       "index out of range: 9"},
      {"{{slice .Name 2 1}}",
       "template: :1:2: executing \"\" at <slice .Name 2 1>: error calling "
       "slice: invalid slice index: 2 > 1"},
      {"\n  {{.Nope}}",
       "template: :2:4: executing \"\" at <.Nope>: can't evaluate field Nope "
       "in "
       "type types.ContainerJSON"},
      {"{{not}}",
       "template: :1:2: executing \"\" at <not>: wrong number of args for not: "
       "want 1 got 0"},
  });
}

TEST_CASE("data that came through JSON is maps, and what lacks is an error") {
  TemplateOptions raw;
  raw.raw = raw.missing_is_error = true;
  check_all(
      {
          {"{{.Id}} {{.HostConfig.NanoCpus}}", "a36149648c30 0"},
          {"{{.HostConfig.RestartPolicy}}", "map[MaximumRetryCount:0 Name:no]"},
          {"{{.HostConfig.Links}}", "<no value>"},
          {"{{.State.Nope}}",
           "template: :1:8: executing \"\" at <.State.Nope>: map has no entry "
           "for key \"Nope\""},
          {"{{.Nope.Deeper}}",
           "template: :1:7: executing \"\" at <.Nope.Deeper>: map has no entry "
           "for key \"Nope\""},
          {"{{.Name.Foo}}",
           "template: :1:7: executing \"\" at <.Name.Foo>: can't evaluate "
           "field "
           "Foo in type interface {}"},
          {"{{len .Config.Env}}", "2"},
      },
      raw);
}

TEST_CASE("Go before 1.5 cuts what it quotes in its complaints") {
  TemplateOptions old;
  old.context_max = 20;
  CHECK(outcome("{{index .Config.Env 1099}}", old) ==
        "template: :1:2: executing \"\" at <index .Config.Env 10...>: error "
        "calling index: index out of range: 1099");
}

TEST_CASE("bad input ends: nesting, recursion and output are bounded") {
  std::string deep;
  for (int i = 0; i < 5000; ++i) deep += "{{if true}}";
  CHECK(outcome(deep, {}).starts_with("template: :1: "));
  CHECK(outcome(std::string(10'000, '('), {}).size() == 10'000);
  CHECK(outcome("{{" + std::string(10'000, '('), {})
            .starts_with("template: :1: "));
  CHECK(
      outcome("{{define \"T\"}}{{template \"T\"}}{{end}}{{template \"T\"}}", {})
          .find("exceeded maximum template depth") != std::string::npos);
}

}  // namespace drydock::cli
