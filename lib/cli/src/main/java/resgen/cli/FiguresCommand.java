package resgen.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import resgen.lab.chart.StudyFigures;

/** {@code resgen figures}: the figures of the results. */
@Command(
    name = "figures",
    description = {
      "Draw figures/NAME.png from data/results, as far as it has the numbers.",
      "With RESGEN_FIGURES set they go to that folder.",
      "Nothing is trained or measured; the quickstart's pictures are its notebook's."
    },
    mixinStandardHelpOptions = true)
final class FiguresCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "NAME", arity = "0..*", description = "Which; all if none is named.")
  private List<String> names = List.of();

  FiguresCommand() {}

  @Override
  public Integer call() {
    names.forEach(name -> Usage.check(spec, () -> StudyFigures.of(name)));
    for (String name : names.isEmpty() ? StudyFigures.names() : names) {
      String where =
          StudyFigures.of(name).write(name).map(Path::toString).orElse("nothing to draw yet");
      spec.commandLine().getOut().println(name + ": " + where);
    }
    return Main.OK;
  }
}
