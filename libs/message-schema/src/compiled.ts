import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { type ClassConstructor } from 'class-transformer';
import { isDateTime } from './date-time.js';
import { type JsonSchema, jsonSchemaOf } from './json-schemas.js';

/** Says whether a plain value fits; `errors` tells why the last one did not. */
export type Fits = ValidateFunction;

type AnyClass = ClassConstructor<object>;

let ajv: Ajv | undefined;

function compiler(): Ajv {
  if (ajv) return ajv;
  ajv = new Ajv({ allErrors: false, strict: false, validateFormats: true });
  (addFormats as unknown as { default: typeof addFormats.default }).default(ajv);
  return ajv.addFormat('date-time', isDateTime);
}

const classes = new Map<AnyClass, Fits>();

/** The compiled check of one class. */
export function compiledClass(checked: AnyClass): Fits {
  let fits = classes.get(checked);
  if (!fits) classes.set(checked, (fits = compiler().compile(jsonSchemaOf(checked))));
  return fits;
}

const messages = new Map<AnyClass, Map<AnyClass, Fits>>();

/** The compiled check of a whole message: its own fields and a payload of one class, in one function. */
export function compiledMessage(wrapper: AnyClass, payloadClass: AnyClass): Fits {
  let ofWrapper = messages.get(wrapper);
  if (!ofWrapper) messages.set(wrapper, (ofWrapper = new Map()));
  let fits = ofWrapper.get(payloadClass);
  if (!fits) ofWrapper.set(payloadClass, (fits = compiler().compile(messageSchema(wrapper, payloadClass))));
  return fits;
}

function messageSchema(wrapper: AnyClass, payloadClass: AnyClass): JsonSchema {
  const { definitions: ofWrapper, ...message } = jsonSchemaOf(wrapper);
  const { definitions: ofPayload, ...payload } = jsonSchemaOf(payloadClass);
  return {
    ...message,
    properties: { ...message.properties, payload: payload as JsonSchema },
    definitions: { ...(ofWrapper as object), ...(ofPayload as object) },
  };
}
