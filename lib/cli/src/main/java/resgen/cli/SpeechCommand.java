package resgen.cli;

import picocli.CommandLine.Command;

/** {@code resgen speech}: what is about sound. */
@Command(
    name = "speech",
    description = {
      "Speech: make a corpus to learn from, measure floors, train a codec.",
      "`environment/setup --speech` installs the synthesiser and the recogniser that this needs."
    },
    mixinStandardHelpOptions = true,
    subcommands = {SpeechMake.class, SpeechFloors.class, SpeechTrainCodec.class})
final class SpeechCommand extends Group {

  SpeechCommand() {}
}
