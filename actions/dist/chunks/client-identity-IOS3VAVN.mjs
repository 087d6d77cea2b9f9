import{parseClientIdentity}from"./chunk-ONM43YQF.mjs";import"./chunk-B6SYBG7F.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{parseClientIdentity};
