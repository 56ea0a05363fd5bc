package dev.ballast.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A YAML file of option values, by option name without the dashes: defaults for the command line.
 */
final class ConfigFile implements IDefaultValueProvider {

  private final Map<String, String> values;

  private ConfigFile(Map<String, String> values) {
    this.values = values;
  }

  /**
   * @throws StartFailure when the file cannot be read, is no mapping, or names an option the
   *     command does not have, or a value that the option cannot take
   */
  static ConfigFile read(Path file, CommandSpec command) {
    Object parsed;
    try (var reader = Files.newBufferedReader(file)) {
      parsed = new Yaml(new SafeConstructor(new LoaderOptions())).load(reader);
    } catch (NoSuchFileException e) {
      throw new StartFailure("cannot read the configuration file " + file + ": no such file", e);
    } catch (IOException | YAMLException e) {
      throw new StartFailure(
          "cannot read the configuration file " + file + ": " + e.getMessage(), e);
    }
    if (parsed == null) {
      return new ConfigFile(Map.of());
    }
    if (!(parsed instanceof Map<?, ?> mapping)) {
      throw new StartFailure(
          "the configuration file " + file + " must be a mapping of option names to values");
    }
    Map<String, String> values = new TreeMap<>();
    mapping.forEach((key, value) -> values.put(String.valueOf(key), text(value)));
    for (Map.Entry<String, String> entry : values.entrySet()) {
      String key = entry.getKey();
      if (command.findOption("--" + key) == null || key.equals("config")) {
        throw new StartFailure(file + ": unknown option \"" + key + "\"; known: " + known(command));
      }
      checkValue(file, command, key, entry.getValue());
    }
    return new ConfigFile(values);
  }

  /** Has the command line read the value, so that what is wrong is said of the file. */
  private static void checkValue(Path file, CommandSpec command, String key, String value) {
    try {
      new CommandLine(command.userObject().getClass()).parseArgs("--" + key + "=" + value);
    } catch (CommandLine.ParameterException e) {
      throw new StartFailure(
          file + ": " + key + ": " + e.getMessage().replaceFirst("^[^:]*: ", ""), e);
    }
  }

  private static String text(Object value) {
    return value instanceof Iterable<?> items
        ? java.util.stream.StreamSupport.stream(items.spliterator(), false)
            .map(String::valueOf)
            .collect(Collectors.joining(","))
        : String.valueOf(value);
  }

  private static String known(CommandSpec command) {
    return command.options().stream()
        .map(option -> option.longestName().substring(2))
        .filter(name -> !List.of("config", "help", "version").contains(name))
        .sorted()
        .collect(Collectors.joining(", "));
  }

  @Override
  public String defaultValue(ArgSpec argument) {
    return argument instanceof OptionSpec option && option.longestName().startsWith("--")
        ? values.get(option.longestName().substring(2))
        : null;
  }
}
