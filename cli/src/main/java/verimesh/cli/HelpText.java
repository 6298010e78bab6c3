package verimesh.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import verimesh.cli.term.Console;
import verimesh.cli.term.Ink;

/// What `./mesh help` says: written by hand, for it is the first page that anybody reads. A test holds it to the commands
/// that there are.
final class HelpText {
  private static final String TEXT = """
      VeriMesh: was this image made by AI, and what says so?

      look at images
        analyze PATH...          a verdict for each file, with its evidence
        inspect FILE...          what each file says of itself, without a verdict
        verdict ID               an earlier verdict of a running mesh
        feedback ID --label L    tell a running mesh what you know: ai, real or unsure

      know more
        index ...                banks of known pictures: add, match, import, export, undo
        match A B                compare two pictures tier by tier
        models ...               bring checkpoints in, for the content layer
        clues ...                what the second look checks: list, retrieve, build, gate

      run the mesh
        up [SERVICE...]          start the five services as processes, wait until they are healthy
        status                   what runs, where, and how it is
        logs [SERVICE...] [-f]   what they say
        down [SERVICE...]        stop them

      look after it
        doctor                   what is set up, what is missing, and the one command that mends each
        dashboards               draw monitoring/'s dashboards from a running Prometheus
        test [--fast] [MODULE]   every check and every test of this repository
        bench NAME               measure something
        examples                 paint the example pictures again
        build                    build now what the next command would build

        help COMMAND             everything about one command
        version

      for a start
        ./mesh analyze examples
        ./mesh analyze photo.jpg -v
        ./mesh analyze uploads --html report.html

      exit codes: 0 every file was answered or every check passed, 1 some not, 2 wrong usage, 3 cannot start;
      the verdict is never in the exit code. NO_COLOR=1 turns colours off. Settings are VERIMESH_* variables,
      all of them in docs/CONFIGURATION.md; ./mesh doctor says which are in force.
      """;
  private static final Pattern HEADING = Pattern.compile("(?m)^(look at images|know more|run the mesh|look after it|for a start)$");
  private static final Pattern COMMAND = Pattern.compile("(?m)^  ([a-z]+)(?=[ \\n])");

  private HelpText() {}

  static String of(Console console) {
    String headed = HEADING.matcher(TEXT).replaceAll(match -> Matcher.quoteReplacement(console.ink(Ink.STRONG, match.group(1))));
    return COMMAND.matcher(headed).replaceAll(match -> Matcher.quoteReplacement("  " + console.ink(Ink.NAME, match.group(1))));
  }
}
