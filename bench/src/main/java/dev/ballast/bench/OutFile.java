package dev.ballast.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The file that a bench writes in the end, refused before any work where it could not. */
final class OutFile implements ITypeConverter<Path> {

  @Override
  public Path convert(String text) {
    Path file = Path.of(text);
    Path folder = file.toAbsolutePath().getParent();
    if (Files.isDirectory(file)) {
      throw new TypeConversionException(
          "must be a file, and " + file.toAbsolutePath() + " is a folder");
    }
    if (!Files.isDirectory(folder)) {
      throw new TypeConversionException("there is no folder " + folder + " to write it to");
    }
    if (!Files.isWritable(Files.exists(file) ? file : folder)) {
      throw new TypeConversionException("there is no right to write " + file.toAbsolutePath());
    }
    return file;
  }
}
