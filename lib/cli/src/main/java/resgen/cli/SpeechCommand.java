package resgen.cli;

import picocli.CommandLine.Command;

/** {@code resgen speech}: what is about sound. */
@Command(
    name = "speech",
    description = {
      "Make a corpus of speech, measure floors, train a codec and a model that speaks.",
      "`environment/setup --speech` installs the synthesiser and the recogniser that this needs."
    },
    mixinStandardHelpOptions = true,
    subcommands = {
      SpeechMake.class,
      SpeechFloors.class,
      SpeechTrainCodec.class,
      SpeechTrainVocoder.class,
      SpeechTrain.class,
      SpeechSay.class,
      SpeechEvaluate.class
    })
final class SpeechCommand extends Group {

  SpeechCommand() {}
}
