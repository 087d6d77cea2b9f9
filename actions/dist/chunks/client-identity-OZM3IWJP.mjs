import{parseClientIdentity}from"./chunk-J4FW4PDG.mjs";import"./chunk-YWBOZO2G.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{parseClientIdentity};
