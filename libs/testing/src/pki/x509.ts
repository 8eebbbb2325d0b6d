// The library resolves its parts through metadata that this polyfill provides, so it must be loaded first.
import 'reflect-metadata'; // oxlint-disable-line import/no-unassigned-import -- it is there for its effect

export * from '@peculiar/x509';
