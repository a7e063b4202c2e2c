/** An absolute http or https address without credentials, which do not belong into files. */
export const HTTP_ADDRESS = /^https?:\/\/[^\s@/?#]+([/?#][^\s@]*)?$/;
export const HTTP_ADDRESS_PROBLEM = 'must be an http or https address without credentials';
