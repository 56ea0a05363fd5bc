package dev.ballast.api.protobuf;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import io.kubernetes.client.proto.Runtime;
import java.io.IOException;

/**
 * runtime.Unknown: the type of an object and its bytes. Read by descriptor, since the generated
 * parsers of the client library are of an old kind that can be made to work without end
 * (GHSA-h4h5-3hr4-j3g2).
 */
record Envelope(String apiVersion, String kind, ByteString raw, String contentType) {

  static Envelope read(byte[] body, int offset) throws InvalidProtocolBufferException {
    Descriptor type = Runtime.getDescriptor().findMessageTypeByName("Unknown");
    DynamicMessage message;
    try {
      message =
          DynamicMessage.parseFrom(
              type, CodedInputStream.newInstance(body, offset, body.length - offset));
    } catch (InvalidProtocolBufferException broken) {
      throw broken;
    } catch (IOException impossible) {
      throw new InvalidProtocolBufferException(impossible);
    }
    DynamicMessage meta = (DynamicMessage) field(message, "typeMeta");
    return new Envelope(
        (String) field(meta, "apiVersion"),
        (String) field(meta, "kind"),
        (ByteString) field(message, "raw"),
        (String) field(message, "contentType"));
  }

  private static Object field(DynamicMessage message, String name) {
    FieldDescriptor field = message.getDescriptorForType().findFieldByName(name);
    return message.getField(field);
  }
}
